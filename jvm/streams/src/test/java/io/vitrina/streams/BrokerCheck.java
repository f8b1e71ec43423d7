package io.vitrina.streams;

import io.vitrina.border.Border;
import io.vitrina.border.EventFold;
import io.vitrina.border.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code BrokerCheck cluster.properties FOLDER EVENTS}: a made-up log with poison in it through the application and a real Kafka, the
 * application killed with kill -9 in the middle and started again with more threads and a second instance, and at the end every state compared with the embedded engine's, dead letters and late
 * events counted. jvm/streams_test.sh runs it.
 */
public final class BrokerCheck {
  private static final int PARTITIONS = 4;
  private static final int POISON = 25;
  private static final long PATIENCE_MS = 150_000;

  private final Path cluster;
  private final Path folder;
  private final FoldLog log;
  private final Names names = new Names("check-" + ProcessHandle.current().pid() + ".");
  private final Properties client = new Properties();
  private final Queue<Exception> unsent = new ConcurrentLinkedQueue<>();

  private BrokerCheck(Path cluster, Path folder, int events) throws IOException, InterruptedException {
    this.cluster = cluster;
    this.folder = folder;
    log = new FoldLog(events, folder.resolve("log"));
    Properties read = new Properties();
    try (var reader = Files.newBufferedReader(cluster)) {
      read.load(reader);
    }
    client.put("bootstrap.servers", read.getProperty("bootstrap.servers"));
  }

  public static void main(String[] arguments) throws Exception {
    new BrokerCheck(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2])).run();
  }

  private void run() throws Exception {
    createTopics();
    Path own = settings("one", 2);
    List<FoldLog.Entry> events = log.events();
    int half = events.size() / 2;
    send(events.subList(0, half), log.itemChanges());
    Application first = new Application(List.of(cluster, own));
    await("a part of the log folded", () -> first.figure("vitrina_streams_records_total{step=\"visitor-step\"}") > half * 0.6);
    Thread rest = new Thread(() -> send(events.subList(half, events.size()), List.of()));
    rest.start();
    await("more of it folded", () -> first.figure("vitrina_streams_records_total{step=\"visitor-step\"}") > half * 0.8);
    first.kill();
    System.out.printf("killed with kill -9; it had run after %d ms%n", first.runningAfterMs());
    // Back with more threads, and a second instance beside it.
    Application second = new Application(List.of(cluster, settings("one", 3)));
    Application third = new Application(List.of(cluster, settings("two", 1)));
    try (Changelogs changelogs = new Changelogs(client, names)) {
      rest.join();
      require(unsent.isEmpty(), "the check's own producer failed: " + unsent.peek());
      long start = System.nanoTime();
      try {
        await("all of the log folded", () -> allCommitted() || !second.isAlive());
      } catch (IllegalStateException late) {
        throw new IllegalStateException(second.said(), late);
      }
      System.out.printf(
          "two instances caught up %.1f s after the last record was sent; %.1f and %.1f s of CPU; running after %d and %d ms%n",
          (System.nanoTime() - start) / 1e9, second.cpuSeconds(), third.cpuSeconds(), second.runningAfterMs(), third.runningAfterMs());
      for (String step : List.of("visitor-step", "user-step", "item-step", "catalogue-step")) {
        double records = second.figure("vitrina_streams_records_total{step=\"" + step);
        if (records == 0) {
          continue; // folded by the other instance, or before the kill
        }
        System.out.printf("%-14s %7.0f records, %.1f us in the core each%n", step, records, second.figure("vitrina_streams_core_seconds_total{step=\"" + step) / records * 1e6);
      }
      second.stop();
      third.stop();
      compare(changelogs);
    }
  }

  private Path settings(String instance, int threads) throws IOException {
    return Files.writeString(
        folder.resolve(instance + ".properties"),
        "topic.prefix=" + names.prefix() + "\nshops.file=" + log.shops() + "\nstreams.state.dir=" + folder.resolve("state-" + instance) + "\nstreams.threads=" + threads + "\n");
  }

  private void createTopics() throws ExecutionException, InterruptedException {
    List<NewTopic> topics =
        Stream.of(names.events(), names.itemChanges(), names.userFacts(), names.itemDeltas(), names.late(), names.deadLetters())
            .map(topic -> new NewTopic(topic, PARTITIONS, (short) -1).configs(Map.of("message.timestamp.type", "LogAppendTime")))
            .toList();
    try (Admin admin = Admin.create(client)) {
      admin.createTopics(topics).all().get();
    }
  }

  /** In order, with poison among the events, which must change nothing. */
  private void send(List<FoldLog.Entry> events, List<FoldLog.Entry> changes) {
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("linger.ms", "5");
    // With more, a topic made a moment ago may refuse the first batch and take the second, and the first is never taken again.
    settings.put("max.in.flight.requests.per.connection", "1");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      changes.forEach(change -> send(producer, names.itemChanges(), change.key(), change.value()));
      for (int i = 0; i < events.size(); i++) {
        send(producer, names.events(), events.get(i).key(), events.get(i).value());
        if (i % (events.size() / POISON) == 0 && i / (events.size() / POISON) < POISON) {
          send(producer, names.events(), events.get(i).key(), ("poison " + i).getBytes());
        }
      }
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String topic, byte[] key, byte[] value) {
    producer.send(
        new ProducerRecord<>(topic, key, value),
        (taken, refused) -> {
          if (refused != null) {
            unsent.add(refused);
          }
        });
  }

  private boolean allCommitted() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(client)) {
      var committed = admin.listConsumerGroupOffsets(names.application()).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      for (String topic : List.of(names.events(), names.itemChanges(), names.userFacts(), names.itemDeltas())) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
      }
      for (var end : admin.listOffsets(asked).all().get().entrySet()) {
        var position = committed.get(end.getKey());
        if (end.getValue().offset() > 0 && (position == null || position.offset() < end.getValue().offset())) {
          return false;
        }
      }
      return true;
    }
  }

  private void compare(Changelogs changelogs) throws Exception {
    for (long end = System.currentTimeMillis() + 20_000; System.currentTimeMillis() < end && !equal(changelogs); ) {
      changelogs.read();
    }
    for (String store : FoldLog.STORES) {
      Map<String, String> wanted = log.expected(store);
      Map<String, String> found = changelogs.states(store);
      long different = wanted.entrySet().stream().filter(state -> !state.getValue().equals(found.get(state.getKey()))).count();
      System.out.printf("%-14s %5d states, %d different, %d too many%n", store, wanted.size(), different, found.size() - wanted.size());
    }
    require(equal(changelogs), "states differ from the embedded engine's");
    long dead = committed(names.deadLetters());
    require(dead == 2 * POISON, "of " + 2 * POISON + " poisoned records " + dead + " are dead letters");
    long late = committed(names.late());
    require(late == lateEvents(), lateEvents() + " events are late, " + late + " were sent on");
    System.out.printf("%d dead letters, %d late events, each once%n", dead, late);
  }

  private boolean equal(Changelogs changelogs) throws IOException {
    for (String store : FoldLog.STORES) {
      if (!log.expected(store).equals(changelogs.states(store))) {
        return false;
      }
    }
    return true;
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

  /** Records of a topic that are committed. */
  private long committed(String topic) {
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("isolation.level", "read_committed");
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long count = 0;
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        count += consumer.poll(Duration.ofMillis(200)).count();
      }
      return count;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    for (long end = System.currentTimeMillis() + PATIENCE_MS; !condition.holds(); Thread.sleep(50)) {
      require(System.currentTimeMillis() < end, "not within " + PATIENCE_MS / 1000 + " s: " + what);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
