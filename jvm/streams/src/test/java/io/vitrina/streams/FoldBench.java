package io.vitrina.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code FoldBench cluster.properties FOLDER EVENTS VISITORS ITEMS [KEY=VALUE …]}: how many events a second the application folds, beside a
 * broker and a generator on the same cores, and how many a trivial step counts in the same run. jvm/streams_bench.sh runs it.
 *
 * <p>The generator keeps ahead of the application. Of each run the first half warms the JVM and is not counted; the end is when every
 * record of every topic between the folds is committed. The answer is checked: every event counted once, the states of visitors and
 * users those of the embedded engine.
 */
public final class FoldBench {
  private static final List<String> STEPS = List.of("visitor-step", "user-step", "item-step", "catalogue-step");
  private static final int PARTITIONS = 8;
  private static final int AHEAD = 60_000;
  private static final String RECORDS = "vitrina_streams_records_total{step=\"";
  private static final String CORE = "vitrina_streams_core_seconds_total{step=\"";

  private final Path cluster;
  private final Path folder;
  private final String[] settings;
  private final FoldLog log;
  private final List<FoldLog.Entry> events;
  private final long broker;
  private final Map<String, Double> figures = new TreeMap<>();

  private FoldBench(String[] arguments) throws IOException, InterruptedException {
    cluster = Path.of(arguments[0]);
    folder = Path.of(arguments[1]);
    settings = Arrays.copyOfRange(arguments, 5, arguments.length);
    log = new FoldLog(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), folder.resolve("log"));
    events = log.events();
    broker = Long.parseLong(Files.readString(cluster.resolveSibling("pid").resolve("kafka-1")).split(" ")[0]);
  }

  public static void main(String[] arguments) throws Exception {
    FoldBench bench = new FoldBench(arguments);
    boolean alone = Boolean.getBoolean("vitrina.streams.alone");
    double trivial = alone ? Double.NaN : bench.run("trivial", TrivialFold.class, TrivialFold.STEP, List.of(TrivialFold.STEP));
    double folds = bench.run("folds", Main.class, STEPS.get(0), STEPS);
    if (!alone) {
      System.out.printf(Locale.ROOT, "all folds: %.0f events/s, %.0f %% of the trivial step's rate%n", folds, 100 * folds / trivial);
      bench.figures.put("percent_of_trivial", 100 * folds / trivial);
    }
    if (System.getenv("BENCH_OUT") != null) {
      Files.writeString(
          Path.of(System.getenv("BENCH_OUT"), "streams.json"),
          bench.figures.entrySet().stream().map(figure -> String.format(Locale.ROOT, "\"%s\": %.2f", figure.getKey(), figure.getValue())).collect(Collectors.joining(", ", "{", "}\n")));
    }
  }

  /** What stood in the books at one moment. */
  private record Look(long nanos, double folded, double own, double application, double broker, Map<String, Double> threads, Map<String, Double> records, Map<String, Double> core) {}

  private double run(String what, Class<?> main, String first, List<String> steps) throws Exception {
    try (FoldTopics topics = new FoldTopics(cluster, "bench-" + what + "-" + ProcessHandle.current().pid() + ".", PARTITIONS)) {
      topics.create();
      Path own = topics.settings(folder, "one", log.shops(), settings);
      Application application = new Application(main, List.of(cluster, own));
      Waiting.until("the application runs", () -> application.runningAfterMs() >= 0);
      var sender = new Sender(topics, topics.names().events(), events, AHEAD, () -> (long) application.figure(RECORDS + first));
      sender.start();
      int warm = events.size() / 2;
      Waiting.until("half of it folded", () -> application.figure(RECORDS + first) >= warm);
      Look start = look(application, first, steps);
      Waiting.until("all of it folded", () -> sender.finished() && topics.allCommitted());
      Look end = look(application, first, steps);
      double rate = print(what, start, end);
      long resident = Work.residentMax(application.id()) >> 20;
      System.out.printf("  memory at its largest: %d MB resident%n", resident);
      application.stop();
      Waiting.require(resident <= Long.getLong("vitrina.streams.resident.mb", Long.MAX_VALUE), what + " held " + resident + " MB");
      Waiting.require(end.folded() == events.size(), what + ": " + events.size() + " events, and " + (long) end.folded() + " were folded");
      if (main == Main.class) {
        check(topics);
      }
      topics.remove();
      return rate;
    }
  }

  private Look look(Application application, String first, List<String> steps) throws IOException {
    Map<String, Double> records = new TreeMap<>();
    Map<String, Double> core = new TreeMap<>();
    for (String step : steps) {
      records.put(step, application.figure(RECORDS + step));
      core.put(step, application.figure(CORE + step));
    }
    return new Look(
        System.nanoTime(), records.get(first), Work.seconds(ProcessHandle.current().pid()), Work.seconds(application.id()), Work.seconds(broker), Work.byThread(application.id()), records, core);
  }

  private double print(String what, Look start, Look end) {
    double folded = end.folded() - start.folded();
    double seconds = (end.nanos() - start.nanos()) / 1e9;
    System.out.printf(Locale.ROOT, "== %s: %.0f events in %.1f s, %.0f events/s%n", what, folded, seconds, folded / seconds);
    System.out.printf(
        Locale.ROOT, "CPU an event: application %.1f us, broker %.1f us, generator and check %.1f us; %.2f cores in use%n",
        micros(end.application() - start.application(), folded), micros(end.broker() - start.broker(), folded), micros(end.own() - start.own(), folded),
        (end.application() - start.application() + end.broker() - start.broker() + end.own() - start.own()) / seconds);
    figures.put(what + "_events_a_second", folded / seconds);
    figures.put(what + "_application_cpu_us_an_event", micros(end.application() - start.application(), folded));
    figures.put(what + "_broker_cpu_us_an_event", micros(end.broker() - start.broker(), folded));
    end.threads().forEach((kind, spent) -> System.out.printf(Locale.ROOT, "  %-18s %6.1f us an event%n", kind, micros(spent - start.threads().getOrDefault(kind, 0.0), folded)));
    double rest = end.threads().getOrDefault("stream threads", 0.0) - start.threads().getOrDefault("stream threads", 0.0);
    for (String step : end.records().keySet()) {
      double records = end.records().get(step) - start.records().get(step);
      double core = end.core().get(step) - start.core().get(step);
      rest -= core;
      figures.put(step + "_core_cpu_us_an_event", micros(core, folded));
      if (records > 0) {
        System.out.printf(Locale.ROOT, "  %-18s %6.1f us an event in the core (%.2f records an event, %.1f us each)%n", step, micros(core, folded), records / folded, micros(core, records));
      }
    }
    System.out.printf(Locale.ROOT, "  %-18s %6.1f us an event (stream threads less core: consumer, cache, RocksDB, serializing, transactions)%n", "remainder", micros(rest, folded));
    return folded / seconds;
  }

  private static double micros(double seconds, double count) {
    return seconds / count * 1e6;
  }

  private void check(FoldTopics topics) throws Exception {
    try (Changelogs changelogs = new Changelogs(topics.client(), topics.names())) {
      Waiting.until("the states are there", () -> changelogs.readToTheEnd());
      for (String store : List.of(Names.VISITORS_HOT, Names.VISITORS_COLD, Names.USERS)) {
        Waiting.require(log.expected(store).equals(changelogs.states(store)), store + ": states differ from the embedded engine's");
      }
      Map<String, String> items = log.expected(Names.ITEMS);
      Map<String, String> found = changelogs.states(Names.ITEMS);
      Waiting.require(items.keySet().equals(found.keySet()), "other items have states than in the embedded engine");
      long equal = items.entrySet().stream().filter(state -> state.getValue().equals(found.get(state.getKey()))).count();
      Waiting.require(topics.committed(topics.names().deadLetters()) == 0, "there are dead letters");
      System.out.printf("checked: visitors and users equal to the embedded engine's to the byte; %d items, %d of them to the byte, the others beyond their neighbours' bound%n", items.size(), equal);
    }
  }
}
