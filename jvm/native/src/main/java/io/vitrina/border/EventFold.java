package io.vitrina.border;

import java.util.List;

/**
 * What follows from an event. {@code hot} and {@code cold} are the new states, null where they stay as they are; {@code concernsSuccess}:
 * {@link Border#foldSuccess} has something to do.
 */
public record EventFold(Verdict verdict, boolean concernsSuccess, byte[] hot, byte[] cold, List<Keyed> facts, List<Keyed> deltas) {
  static EventFold read(byte[] packed) {
    Packed parts = new Packed(packed);
    Verdict verdict = Verdict.values()[parts.number()];
    boolean concernsSuccess = parts.number() != 0;
    byte[] hot = parts.next();
    byte[] cold = parts.next();
    List<Keyed> facts = parts.records();
    return new EventFold(verdict, concernsSuccess, hot, cold, facts, parts.otherRecords());
  }
}
