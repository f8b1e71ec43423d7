package io.vitrina.streams;

import io.vitrina.border.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A generation grows while somebody writes; ops/growth_test.sh and ops/growth_long_test.sh run it.
 *
 * <pre>
 * GrowthCheck make  cluster.properties FOLDER EVENTS               a made-up log and what the embedded engine makes of it
 * GrowthCheck send  cluster.properties FOLDER OLD NEW FROM TO RATE  events FROM to TO (percent) into OLD; what a seal refuses into NEW, once FOLDER/switched is there; FROM above 0: the last fifth slowly until then
 * GrowthCheck equal cluster.properties FOLDER OLD NEW               every record, with its time, and every state
 * GrowthCheck folded cluster.properties FOLDER OLD NEW              the same where nobody folded the old generation
 * </pre>
 */
public final class GrowthCheck {
  /** Sent by somebody whose clock runs a day ahead, and who leaves the time of arrival to the broker. */
  private static final int AHEAD = 20;
  private static final long PATIENCE_MS = 180_000;
  private static final long LINGERING_MS = 100;

  private final Properties client = new Properties();
  private final Path folder;

  private GrowthCheck(Path cluster, Path folder) throws IOException {
    this.folder = folder;
    Properties read = new Properties();
    try (var reader = Files.newBufferedReader(cluster)) {
      read.load(reader);
    }
    client.put("bootstrap.servers", read.getProperty("bootstrap.servers"));
  }

  public static void main(String[] arguments) throws Exception {
    GrowthCheck check = new GrowthCheck(Path.of(arguments[1]), Path.of(arguments[2]));
    List<String> rest = Arrays.asList(arguments).subList(3, arguments.length);
    switch (arguments[0]) {
      case "make" -> {
        new FoldLog(check.folder, List.of(rest.get(0), check.folder.toString())); // its times are the brokers', so no clock of its own jumps
        Files.writeString(check.folder.resolve("folds.properties"), FoldTopics.FEEDBACK);
      }
      case "send" -> check.send(new Names(rest.get(0)), new Names(rest.get(1)), Integer.parseInt(rest.get(2)), Integer.parseInt(rest.get(3)), Integer.parseInt(rest.get(4)));
      case "equal" -> check.equal(new Names(rest.get(0)), new Names(rest.get(1)), true);
      case "folded" -> check.equal(new Names(rest.get(0)), new Names(rest.get(1)), false);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private void send(Names old, Names grown, int from, int to, int rate) throws Exception {
    FoldLog log = new FoldLog(folder);
    List<FoldLog.Entry> events = log.events();
    Map<Integer, FoldLog.Entry> refused = new ConcurrentSkipListMap<>();
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("linger.ms", "5");
    settings.put("max.in.flight.requests.per.connection", "1");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      if (from == 0) {
        log.itemChanges().forEach(change -> producer.send(new ProducerRecord<>(old.itemChanges(), change.key(), change.value())));
        for (int i = 0; i < AHEAD; i++) {
          producer.send(new ProducerRecord<>(old.events(), Wire.utf8("default/ahead-" + i), ahead(i)));
          producer.send(new ProducerRecord<>(old.events(), Wire.utf8("default/poison-" + i), Wire.utf8("poison")));
        }
      }
      long start = System.nanoTime();
      int begin = events.size() * from / 100;
      int end = events.size() * to / 100;
      for (int i = begin; i < end; i++) {
        int index = i;
        producer.send(new ProducerRecord<>(old.events(), events.get(i).key(), events.get(i).value()), (taken, problem) -> {
          if (problem != null && !(problem instanceof RecordTooLargeException)) {
            problem.printStackTrace();
          }
          if (problem != null) {
            refused.put(index, events.get(index));
          }
        });
        long due = start + (i - begin) * 1_000_000_000L / rate;
        if (from > 0 && refused.isEmpty() && 5L * (i - begin) >= 4L * (end - begin)) {
          Thread.sleep(LINGERING_MS); // so that some are left when the seal comes
        } else if (due > System.nanoTime()) {
          Thread.sleep((due - System.nanoTime()) / 1_000_000);
        }
      }
      producer.flush();
      if (!refused.isEmpty()) {
        for (long late = System.currentTimeMillis() + PATIENCE_MS; !Files.exists(folder.resolve("switched")); Thread.sleep(50)) {
          require(System.currentTimeMillis() < late, "nobody switched");
        }
        for (FoldLog.Entry event : refused.values()) {
          producer.send(new ProducerRecord<>(grown.events(), event.key(), event.value())).get();
        }
      }
    }
    System.out.printf("sent the events from %d %% to %d %%: %d refused by the seal and sent to the new generation%n", from, to, refused.size());
  }

  private static byte[] ahead(int number) {
    byte[] event = Wire.view("ahead-" + number, "ahead-" + number, System.currentTimeMillis() + Wire.DAY, "ahead-of-time");
    byte[] arrivalLeftOut = Arrays.copyOf(event, event.length + 2);
    arrivalLeftOut[event.length] = 4 << 3; // the later of two fields counts
    return arrivalLeftOut;
  }

  private void equal(Names old, Names grown, boolean bothFolded) throws Exception {
    FoldLog log = new FoldLog(folder);
    records(old.events(), grown.events());
    records(old.itemChanges(), grown.itemChanges());
    try (Changelogs before = new Changelogs(client, old); Changelogs after = new Changelogs(client, grown)) {
      for (long end = System.currentTimeMillis() + PATIENCE_MS; !whole(log, bothFolded ? before : after, after) && System.currentTimeMillis() < end; ) {
        if (bothFolded) {
          before.read();
        }
        after.read();
      }
      for (String store : FoldLog.STORES) {
        Map<String, String> wanted = log.expected(store);
        Map<String, String> found = after.states(store);
        long different = wanted.entrySet().stream().filter(state -> !state.getValue().equals(found.get(state.getKey()))).count();
        boolean same = !bothFolded || beyond(wanted, found).equals(beyond(wanted, before.states(store)));
        System.out.printf("%-14s %5d states of the log, %d different; %d more%s%n", store, wanted.size(), different, beyond(wanted, found).size(), !bothFolded ? "" : ", as in the old generation: " + same);
        require(different == 0 && same && (!store.equals(Names.VISITORS_HOT) || beyond(wanted, found).size() == AHEAD), store + " differs");
      }
    }
  }

  /** What the log does not know is of those whose clocks run ahead: nobody sent more of it since. */
  private static Map<String, String> beyond(Map<String, String> wanted, Map<String, String> found) {
    Map<String, String> more = new TreeMap<>(found);
    more.keySet().removeAll(wanted.keySet());
    return more;
  }

  private static boolean whole(FoldLog log, Changelogs before, Changelogs after) throws IOException {
    if (beyond(log.expected(Names.VISITORS_HOT), after.states(Names.VISITORS_HOT)).size() != AHEAD) {
      return false;
    }
    for (String store : FoldLog.STORES) {
      Map<String, String> wanted = log.expected(store);
      Map<String, String> found = after.states(store);
      if (!found.entrySet().containsAll(wanted.entrySet()) || !beyond(wanted, found).equals(beyond(wanted, before.states(store)))) {
        return false;
      }
    }
    return true;
  }

  /** Of each key the new topic has what the old one has, in order and with its times, and perhaps more after it. */
  private void records(String old, String grown) throws IOException {
    Map<String, List<String>> before = byKey(old);
    Map<String, List<String>> after = byKey(grown);
    long count = 0;
    for (Map.Entry<String, List<String>> key : before.entrySet()) {
      // Kafka may have dropped the first of them in the old one, and somebody wrote more into the new one since.
      List<String> found = after.getOrDefault(key.getKey(), List.of());
      int first = found.indexOf(key.getValue().get(0));
      int end = first + key.getValue().size();
      require(first >= 0 && end <= found.size() && found.subList(first, end).equals(key.getValue()), "key " + key.getKey() + " of " + grown + " differs");
      count += key.getValue().size();
    }
    long all = after.values().stream().mapToLong(List::size).sum();
    System.out.printf("%s: %d records as %s has them, and %d that it never had or has no more%n", grown, count, old, all - count);
  }

  /** Time and value of each record, in order. */
  private Map<String, List<String>> byKey(String topic) throws IOException {
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("isolation.level", "read_committed");
    Map<String, List<String>> found = new TreeMap<>();
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        consumer.poll(Duration.ofMillis(200)).forEach(record ->
            found.computeIfAbsent(record.key() == null ? "" : FoldLog.hex(record.key()), key -> new ArrayList<>()).add(record.timestamp() + " " + FoldLog.hex(record.value())));
      }
    }
    return found;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
