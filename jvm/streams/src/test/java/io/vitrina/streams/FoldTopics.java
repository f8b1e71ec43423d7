package io.vitrina.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics of an application under test, below a prefix of its own. */
final class FoldTopics implements AutoCloseable {
  /** Events come with the times of the log, as if the broker's clock had said them. */
  private static final Map<String, String> KEPT_TIMES =
      Map.of("message.timestamp.type", "CreateTime", "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE), "retention.ms", "-1");

  /** Of the settings of an application: the limits that a FoldLog is made with. */
  static final String FEEDBACK =
      FoldLog.FEEDBACK.entrySet().stream().map(limit -> "feedback." + limit.getKey() + "=" + limit.getValue() + "\n").collect(Collectors.joining());

  private final Names names;
  private final int partitions;
  private final Properties cluster = new Properties();
  private final Properties client = new Properties();
  private final Admin admin;

  FoldTopics(Path cluster, String prefix, int partitions) throws IOException {
    names = new Names(prefix);
    this.partitions = partitions;
    try (var reader = Files.newBufferedReader(cluster)) {
      this.cluster.load(reader);
    }
    client.put("bootstrap.servers", this.cluster.getProperty("bootstrap.servers"));
    admin = Admin.create(client);
  }

  Names names() {
    return names;
  }

  /** The cluster's own shops, whose keys a log need not share. */
  Path shops() {
    return Path.of(cluster.getProperty("shops.file"));
  }

  /** What any client needs. */
  Properties client() {
    return client;
  }

  int partitions() {
    return partitions;
  }

  void create() throws ExecutionException, InterruptedException {
    admin.createTopics(
            Stream.of(names.events(), names.itemChanges(), names.userFacts(), names.itemDeltas(), names.shopperRecords(), names.successDeltas(), names.outcomes(), names.late(), names.deadLetters())
                .map(topic -> new NewTopic(topic, partitions, (short) -1).configs(topic.equals(names.events()) ? KEPT_TIMES : Map.of("message.timestamp.type", "LogAppendTime")))
                .toList())
        .all()
        .get();
  }

  /** With the changelogs. */
  void remove() throws ExecutionException, InterruptedException {
    admin.deleteTopics(admin.listTopics().names().get().stream().filter(topic -> topic.startsWith(names.prefix())).toList()).all().get();
  }

  /** A file of settings for an instance with a state folder of its own. */
  Path settings(Path folder, String instance, Path shops, String... more) throws IOException {
    return Files.writeString(
        folder.resolve(names.prefix() + instance + ".properties"),
        "topic.prefix=" + names.prefix() + "\nshops.file=" + shops + "\nstreams.state.dir=" + folder.resolve(names.prefix() + "state-" + instance) + "\n" + String.join("\n", more) + "\n" + FEEDBACK);
  }

  /**
   * Whether the application has committed all of its input, the topics between the folds included: what it had committed was all there
   * was, and afterwards there was no more. What one fold commits meanwhile is input of the next.
   */
  boolean allCommitted() throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends = inputs();
    return committed(ends) && ends.equals(inputs());
  }

  private Map<TopicPartition, Long> inputs() throws ExecutionException, InterruptedException {
    return ends(names.events(), names.itemChanges(), names.userFacts(), names.itemDeltas(), names.shopperRecords(), names.successDeltas());
  }

  Map<TopicPartition, Long> ends(String... topics) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (String topic : topics) {
      for (int partition = 0; partition < partitions; partition++) {
        asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Whether the application has committed its input up to there. */
  boolean committed(Map<TopicPartition, Long> ends) throws ExecutionException, InterruptedException {
    var committed = admin.listConsumerGroupOffsets(names.application()).partitionsToOffsetAndMetadata().get();
    return ends.entrySet().stream().allMatch(end -> {
      var position = committed.get(end.getKey());
      return end.getValue() == 0 || position != null && position.offset() >= end.getValue();
    });
  }

  /** Records of a topic that are committed. */
  long committed(String topic) {
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("isolation.level", "read_committed");
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(partition -> all.add(new TopicPartition(topic, partition.partition())));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      long count = 0;
      while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        count += consumer.poll(Duration.ofMillis(200)).count();
      }
      return count;
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
