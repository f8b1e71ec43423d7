package io.vitrina.border;

import java.util.ArrayList;
import java.util.List;

/** What follows from an event. {@code hot} and {@code cold} are the new states, null where they stay as they are. */
public record EventFold(Verdict verdict, byte[] hot, byte[] cold, List<Keyed> facts, List<Keyed> deltas) {
  static EventFold read(byte[] packed) {
    Packed parts = new Packed(packed);
    Verdict verdict = Verdict.values()[parts.number()];
    byte[] hot = parts.next();
    byte[] cold = parts.next();
    List<Keyed> facts = new ArrayList<>();
    for (int count = parts.number(); count > 0; --count) {
      facts.add(new Keyed(parts.next(), parts.next()));
    }
    List<Keyed> deltas = new ArrayList<>();
    while (parts.hasNext()) {
      deltas.add(new Keyed(parts.next(), parts.next()));
    }
    return new EventFold(verdict, hot, cold, facts, deltas);
  }
}
