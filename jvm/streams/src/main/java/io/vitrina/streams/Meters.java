package io.vitrina.streams;

import io.vitrina.border.Verdict;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What is counted while folding, and its text for Prometheus. Threads: any. */
public final class Meters {
  /** One step of the topology: records folded, CPU time spent in the core, dead letters by code. */
  public static final class Stage {
    private static final int SAMPLED = 16; // asking the kernel for a thread's time costs as much as a small fold
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LongAdder records = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final Map<String, LongAdder> buried = new ConcurrentHashMap<>();

    /** Counts a record; the time spent on every sixteenth stands for all. */
    <T> T folding(Supplier<T> call) {
      records.increment();
      if (ThreadLocalRandom.current().nextInt(SAMPLED) != 0) {
        return call.get();
      }
      long start = THREADS.getCurrentThreadCpuTime();
      try {
        return call.get();
      } finally {
        nanos.add(SAMPLED * (THREADS.getCurrentThreadCpuTime() - start));
      }
    }

    void buried(String code) {
      buried.computeIfAbsent(code, unseen -> new LongAdder()).increment();
    }
  }

  private final Map<String, Stage> stages = new ConcurrentHashMap<>();
  private final Map<Verdict, LongAdder> verdicts = new EnumMap<>(Verdict.class);
  private final LongAdder misplaced = new LongAdder();

  public Meters() {
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, new LongAdder());
    }
  }

  Stage stage(String step) {
    return stages.computeIfAbsent(step, unseen -> new Stage());
  }

  void verdict(Verdict verdict) {
    verdicts.get(verdict).increment();
  }

  /** A record in another partition than its key's. */
  void misplaced() {
    misplaced.increment();
  }

  long misplacedRecords() {
    return misplaced.sum();
  }

  public long count(Verdict verdict) {
    return verdicts.get(verdict).sum();
  }

  public long deadLetters() {
    return stages.values().stream().flatMap(stage -> stage.buried.values().stream()).mapToLong(LongAdder::sum).sum();
  }

  /** Prometheus' text format, in a fixed order. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("# TYPE vitrina_streams_events_total counter\n");
    verdicts.forEach((verdict, count) -> line(text, "events_total", "verdict", verdict.name().toLowerCase(java.util.Locale.ROOT), count.sum()));
    text.append("# TYPE vitrina_streams_misplaced_total counter\nvitrina_streams_misplaced_total ").append(misplaced.sum()).append('\n');
    Map<String, Stage> sorted = new TreeMap<>(stages);
    text.append("# TYPE vitrina_streams_records_total counter\n");
    sorted.forEach((step, stage) -> line(text, "records_total", "step", step, stage.records.sum()));
    text.append("# TYPE vitrina_streams_core_seconds_total counter\n");
    sorted.forEach((step, stage) -> line(text, "core_seconds_total", "step", step, stage.nanos.sum() / 1e9));
    text.append("# TYPE vitrina_streams_dead_letters_total counter\n");
    sorted.forEach((step, stage) -> new TreeMap<>(stage.buried).forEach((code, count) -> line(text, "dead_letters_total", "step", step + "\",code=\"" + code, count.sum())));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String label, String value, Number number) {
    text.append("vitrina_streams_").append(name).append('{').append(label).append("=\"").append(value).append("\"} ").append(number).append('\n');
  }
}
