package io.vitrina.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code BrokerCheck cluster.properties FOLDER EVENTS}: a made-up log with poison in it and every seventh key in a wrong partition through the application and a real Kafka, the
 * application killed with kill -9 in the middle and started again with more threads and a second instance, and at the end every state
 * compared with the embedded engine's, dead letters and late events counted. jvm/streams_test.sh runs it.
 */
public final class BrokerCheck {
  private static final int PARTITIONS = 4;
  private static final String FOLDED = "vitrina_streams_records_total{step=\"visitor-step\"}";
  private static final String MISPLACED = "vitrina_streams_misplaced_total";

  private BrokerCheck() {}

  public static void main(String[] arguments) throws Exception {
    Path cluster = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    FoldLog log = FoldLog.withJumps(Integer.parseInt(arguments[2]), folder.resolve("log"));
    try (FoldTopics topics = new FoldTopics(cluster, "check-" + ProcessHandle.current().pid() + ".", PARTITIONS)) {
      topics.create();
      run(topics, log, cluster, folder);
    }
  }

  private static void run(FoldTopics topics, FoldLog log, Path cluster, Path folder) throws Exception {
    List<FoldLog.Entry> events = StateCheck.poisoned(log.events());
    int half = events.size() / 2;
    sent(topics, topics.names().itemChanges(), log.itemChanges());
    sent(topics, topics.names().events(), events.subList(0, half));
    Path own = topics.settings(folder, "one", log.shops(), "streams.threads=2");
    Application first = new Application(List.of(cluster, own));
    Waiting.until("a part of the log folded", () -> first.figure(FOLDED) > half * 0.6);
    Sender rest = new Sender(topics, topics.names().events(), events.subList(half, events.size())).misplacing();
    rest.start();
    Waiting.until("more of it folded", () -> first.figure(FOLDED) > half * 0.8);
    first.kill();
    System.out.printf("killed with kill -9; it had run after %d ms%n", first.runningAfterMs());
    // Back with more threads, and a second instance beside it.
    Application second = new Application(List.of(cluster, topics.settings(folder, "one", log.shops(), "streams.threads=3")));
    Application third = new Application(List.of(cluster, topics.settings(folder, "two", log.shops(), "streams.threads=1")));
    Waiting.until("the rest is sent", rest::finished);
    long start = System.nanoTime();
    try {
      Waiting.until("all of the log folded", () -> topics.allCommitted() || !second.isAlive());
    } catch (IllegalStateException late) {
      throw new IllegalStateException(second.said(), late);
    }
    System.out.printf(
        Locale.ROOT, "two instances caught up %.1f s after the last record was sent; %.1f and %.1f s of CPU; running after %d and %d ms%n",
        (System.nanoTime() - start) / 1e9, second.cpuSeconds(), third.cpuSeconds(), second.runningAfterMs(), third.runningAfterMs());
    Waiting.require(second.figure(MISPLACED) > 0, "nothing was misplaced");
    second.stop();
    third.stop();
    new StateCheck(topics, log).compare();
  }

  private static void sent(FoldTopics topics, String topic, List<FoldLog.Entry> records) throws Exception {
    Sender sender = new Sender(topics, topic, records).misplacing();
    sender.start();
    Waiting.until("records are sent", sender::finished);
  }
}
