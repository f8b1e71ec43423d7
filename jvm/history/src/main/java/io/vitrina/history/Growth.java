package io.vitrina.history;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A new generation of topics: what the present ones hold, or what HDFS keeps of them, goes into new ones with other partitions. A
 * generation is a prefix: topics, folds and groups of the new one carry it in their names.
 *
 * <pre>
 * Growth copy    --cluster cluster.properties --to vitrina.g2. --partitions 16 [--item-partitions 8] [--root hdfs:///vitrina]
 * Growth finish  --cluster cluster.properties --to vitrina.g2. [--root hdfs:///vitrina]
 * Growth restore --cluster cluster.properties --to vitrina.g2. --root hdfs:///vitrina
 * Growth retire  --cluster cluster.properties --to vitrina.g2. --new-root hdfs:///vitrina-g2 [--retention-days 14] [--delete-old]
 * </pre>
 *
 * <p>{@code cluster.properties} is that of the old generation. {@code copy} makes the topics and carries over what there is by now; it may
 * be repeated, killed and started again at any time. {@code finish} seals the old topics, so that the brokers take nothing more into
 * them, and carries the rest. {@code restore} fills topics that are there and empty from raw files alone. {@code retire} gives the new
 * topics their retention, once the folds and the history have read them.
 *
 * <p>A record keeps key, value and time of arrival to the byte: the folds make the same states of it. Each transaction of records holds
 * how far its source was read, so nothing is lost and nothing comes twice. Of two that run at once the first is put out of action.
 */
public final class Growth {
  static final List<String> FOLDED = List.of(HistoryJob.EVENTS, HistoryJob.ITEM_CHANGES);
  /** Read by nobody who needs their past: what Kafka has of them goes along. */
  static final List<String> BESIDE = List.of("exposures");

  private final Map<String, String> said = new TreeMap<>();
  private final Configuration configuration = new Configuration();
  private boolean deleteOld;

  public static void main(String[] arguments) throws Exception {
    try {
      new Growth().run(arguments);
    } catch (IllegalArgumentException | IllegalStateException refused) {
      System.err.println(refused.getMessage());
      System.exit(2);
    }
  }

  private void run(String... arguments) throws Exception {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("say copy, finish, restore or retire (docs/cluster.md)");
    }
    read(arguments);
    try (Generations topics = new Generations(configuration, asked("to"))) {
      switch (arguments[0]) {
        case "copy" -> {
          topics.requireUnfinished();
          topics.create(number("partitions"), said.containsKey("item-partitions") ? number("item-partitions") : 0);
          try (Carrier carrier = new Carrier(configuration, topics)) {
            carry(carrier, true, FOLDED);
          }
          System.out.println("copied; finish seals the old topics and carries the rest");
        }
        case "finish" -> {
          topics.requireThere();
          if (topics.finishedAt() > 0) {
            System.out.println("finished before; nothing to do");
            return;
          }
          topics.begin();
          finish(topics);
        }
        case "restore" -> {
          asked("root");
          topics.requireThere();
          topics.requireUnfinished();
          topics.begin();
          restore(topics);
          topics.open();
          System.out.println("restored: " + said.get("to") + " holds what the raw files held");
        }
        case "retire" -> retire(topics);
        default -> throw new IllegalArgumentException(arguments[0] + " is unknown; say copy, finish, restore or retire");
      }
    }
  }

  private void read(String... arguments) throws IOException {
    for (int i = 1; i < arguments.length; i++) {
      if (arguments[i].equals("--delete-old")) {
        deleteOld = true;
        continue;
      }
      if (!arguments[i].matches("--(cluster|to|partitions|item-partitions|root|new-root|retention-days)") || i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
      }
      said.put(arguments[i].substring(2), arguments[++i]);
    }
    java.nio.file.Path file = java.nio.file.Path.of(asked("cluster"));
    Settings.fill(configuration, file);
    Properties cluster = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      cluster.load(reader);
    }
    if (cluster.getProperty("fs.defaultFS") != null) {
      configuration.set("fs.defaultFS", cluster.getProperty("fs.defaultFS"));
    }
  }

  private String asked(String name) {
    String value = said.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("say --" + name);
    }
    return value;
  }

  private int number(String name) {
    String value = asked(name);
    if (!value.matches("[1-9]\\d{0,4}")) {
      throw new IllegalArgumentException("--" + name + " is a number of partitions, not " + value);
    }
    return Integer.parseInt(value);
  }

  private void finish(Generations topics) throws Exception {
    try (Carrier carrier = new Carrier(configuration, topics)) {
      carry(carrier, true, FOLDED); // so that little is left for the time in which nobody can write
      carry(carrier, false, BESIDE);
      long begin = System.nanoTime();
      topics.seal();
      carry(carrier, true, FOLDED);
      carry(carrier, false, BESIDE);
      carry(carrier, false, List.of("models"));
      topics.open();
      System.out.printf("finished: %s is the generation to use from now on; nobody could write for %.1f s%n", said.get("to"), (System.nanoTime() - begin) / 1e9);
    }
  }

  private void carry(Carrier carrier, boolean whole, List<String> names) throws IOException {
    for (String name : names) {
      RawPast past = said.containsKey("root") && whole ? RawPast.of(configuration, new Path(said.get("root")), name) : RawPast.NONE;
      carrier.topic(name, past, whole);
      System.out.printf("%-13s %d records%n", name, carrier.records());
    }
  }

  private void restore(Generations topics) throws Exception {
    try (Carrier carrier = new Carrier(configuration, topics)) {
      for (String name : FOLDED) {
        carrier.raw(name, RawPast.of(configuration, new Path(said.get("root")), name));
        System.out.printf("%-13s %d records%n", name, carrier.records());
      }
    }
  }

  private void retire(Generations topics) throws Exception {
    Path root = new Path(asked("new-root"));
    for (String name : FOLDED) {
      topics.requireRead(name, new RawFiles(root.getFileSystem(configuration), root, name).ends());
    }
    topics.keep(Long.parseLong(said.getOrDefault("retention-days", "14")) * 86_400_000L);
    if (deleteOld) {
      topics.deleteOld();
    }
  }
}
