package io.vitrina.streams;

import io.vitrina.border.Border;
import io.vitrina.border.EventFold;
import io.vitrina.border.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold once a log has been folded, whatever happened meanwhile. */
final class StateCheck {
  private static final int POISON = 25;

  private final FoldTopics topics;
  private final FoldLog log;

  StateCheck(FoldTopics topics, FoldLog log) {
    this.topics = topics;
    this.log = log;
  }

  /** The log with records in it that cannot be folded and must change nothing. */
  static List<FoldLog.Entry> poisoned(List<FoldLog.Entry> events) {
    int every = events.size() / POISON;
    List<FoldLog.Entry> all = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      all.add(events.get(i));
      if (i % every == 0 && i / every < POISON) {
        all.add(new FoldLog.Entry(events.get(i).key(), ("poison " + i).getBytes(), events.get(i).appendedAt()));
      }
    }
    return all;
  }

  /** Every state equal to the embedded engine's; each poisoned record a dead letter, each late event sent on, once. */
  void compare() throws Exception {
    try (Changelogs changelogs = new Changelogs(topics.client(), topics.names())) {
      Waiting.until("the changelogs are there", changelogs::readToTheEnd);
      boolean equal = true;
      List<String> all = new ArrayList<>(FoldLog.STORES);
      all.add(FoldLog.OUTCOMES);
      for (String store : all) {
        Map<String, String> wanted = log.expected(store);
        Map<String, String> found = changelogs.states(store);
        long different = wanted.entrySet().stream().filter(state -> !state.getValue().equals(found.get(state.getKey()))).count();
        System.out.printf("%-16s %5d states, %d different, %d too many%n", store, wanted.size(), different, found.size() - wanted.size());
        equal &= wanted.equals(found);
      }
      Waiting.require(equal, "states differ from the embedded engine's");
    }
    long dead = topics.committed(topics.names().deadLetters());
    Waiting.require(dead == POISON, "of " + POISON + " poisoned records " + dead + " are dead letters");
    long late = topics.committed(topics.names().late());
    Waiting.require(late == lateEvents(), lateEvents() + " events are late, " + late + " were sent on");
    System.out.printf("%d dead letters, %d late events, each once%n", dead, late);
  }

  /** What the log itself says, by the core without Kafka. */
  private long lateEvents() throws IOException {
    Map<String, byte[]> hot = new HashMap<>();
    Map<String, byte[]> cold = new HashMap<>();
    long late = 0;
    try (Border border = Border.open(log.configuration())) {
      for (FoldLog.Entry event : log.events()) {
        String visitor = FoldLog.hex(border.eventStoreKey(event.key()));
        EventFold fold = border.foldEvent(event.key(), hot.get(visitor), cold.get(visitor), event.value(), event.appendedAt());
        hot.compute(visitor, (key, before) -> fold.hot() == null ? before : fold.hot());
        cold.compute(visitor, (key, before) -> fold.cold() == null ? before : fold.cold());
        late += fold.verdict() == Verdict.LATE ? 1 : 0;
      }
    }
    return late;
  }
}
