package io.vitrina.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topics of an old generation and of the one that takes its place: making, sealing, opening and deleting them.
 *
 * <p>While records are carried, {@code events} and {@code item-changes} of the new one keep the time that their writer gives, which is
 * the time of arrival in the old one, and keep it for ever, because old times would be old enough to be dropped at once. {@link #open}
 * lets the brokers write the time again, {@link #keep} gives the retention back.
 * A sealed topic has a {@code max.message.bytes} that no record fits into, so that its brokers refuse all producers, whoever they are.
 */
final class Generations implements AutoCloseable {
  static final String TIMESTAMP = "message.timestamp.type";
  static final String RETENTION = "retention.ms";
  private static final String SIZE = "max.message.bytes";
  /** Less than a batch with the smallest event (87), more than a marker of a transaction (78). */
  private static final String SEALED = "80";
  private static final List<String> BY_PERSON = List.of("events", "user-facts", "item-deltas", "shopper-records", "success-deltas", "exposures", "outcomes", "late");
  private static final List<String> STORES = List.of("visitors-hot", "visitors-cold", "users", "items", "catalog", "visitor-shoppers", "user-shoppers", "item-success");
  private static final long SEAL_MS = 60_000;
  private static final long GOODBYE_MS = 20_000;
  private static final long SEEN_WITHIN_NS = 30_000_000_000L;

  private final Map<String, Object> client;
  private final String oldPrefix;
  private final String newPrefix;
  private final Admin admin;
  private final Map<String, TopicDescription> known = new HashMap<>();

  Generations(Configuration configuration, String newPrefix) {
    Map<String, Object> settings = new TreeMap<>(Settings.kafka(configuration));
    settings.keySet().removeIf(name -> !name.matches("bootstrap\\.servers|(security|sasl|ssl)\\..*"));
    this.client = settings;
    this.oldPrefix = Settings.topic(configuration, "");
    this.newPrefix = newPrefix;
    if (newPrefix.equals(oldPrefix)) {
      throw new IllegalArgumentException("--to is the prefix that the cluster has, " + oldPrefix + "; choose another, such as " + oldPrefix + "g2.");
    }
    this.admin = Admin.create(settings);
  }

  Map<String, Object> client() {
    return client;
  }

  String group() {
    return newPrefix + "growth";
  }

  String old(String topic) {
    return oldPrefix + topic;
  }

  String grown(String topic) {
    return newPrefix + topic;
  }

  int partitions(String topic) {
    return known.computeIfAbsent(topic, this::described).partitions().size();
  }

  private TopicDescription described(String topic) {
    try {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    } catch (ExecutionException none) {
      throw new IllegalStateException("cannot see topic " + topic + ": " + none.getCause().getMessage(), none);
    } catch (InterruptedException stopped) {
      throw stopped(stopped);
    }
  }

  private static IllegalStateException stopped(InterruptedException stopped) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", stopped);
  }

  /** Makes what is missing, as the old ones are but for the partitions; topics that are there must have as many as said. */
  void create(int partitions, int itemPartitions) throws Exception {
    Set<String> there = admin.listTopics().names().get();
    List<NewTopic> missing = new ArrayList<>();
    for (String topic : all()) {
      int before = partitions(old(topic));
      int asked = BY_PERSON.contains(topic) ? partitions : topic.equals(HistoryJob.ITEM_CHANGES) && itemPartitions > 0 ? itemPartitions : before;
      if (asked < before) {
        throw new IllegalArgumentException(old(topic) + " has " + before + " partitions; a generation that grows has at least as many");
      }
      if (!there.contains(grown(topic))) {
        short copies = (short) described(old(topic)).partitions().get(0).replicas().size();
        missing.add(new NewTopic(grown(topic), asked, copies).configs(settings(topic)));
      } else if (partitions(grown(topic)) != asked) {
        throw new IllegalArgumentException(grown(topic) + " is there with " + partitions(grown(topic)) + " partitions, not " + asked);
      }
    }
    if (missing.stream().anyMatch(topic -> topic.name().equals(grown(HistoryJob.EVENTS))) && there.contains(newPrefix + "folds-users-changelog")) {
      throw new IllegalStateException("the folds of " + newPrefix + " have states of an earlier try; delete its topics first");
    }
    admin.createTopics(missing).all().get();
    untilSeen(missing.stream().map(NewTopic::name).toList());
    missing.forEach(topic -> System.out.println("made " + topic.name() + " with " + topic.numPartitions() + " partitions"));
    begin(); // also where an earlier run was killed before it came to this
  }

  /** A broker knows a topic a moment after the controller has made it. */
  private void untilSeen(List<String> topics) throws Exception {
    for (long end = System.nanoTime() + SEEN_WITHIN_NS;; Thread.sleep(100)) {
      try {
        admin.describeTopics(topics).allTopicNames().get();
        return;
      } catch (ExecutionException none) {
        if (!(none.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > end) {
          throw none;
        }
      }
    }
  }

  private static List<String> all() {
    return Stream.concat(BY_PERSON.stream(), Stream.of(HistoryJob.ITEM_CHANGES, "dead-letters", "models")).toList();
  }

  /** What was said of the old topic, the seal left out. */
  private Map<String, String> settings(String topic) throws Exception {
    Map<String, String> settings = new HashMap<>();
    for (ConfigEntry entry : config(old(topic)).entries()) {
      boolean seal = entry.name().equals(SIZE) && entry.value().equals(SEALED);
      if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG && !seal) {
        settings.put(entry.name(), entry.value());
      }
    }
    return settings;
  }

  private Config config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource);
  }

  private void set(Collection<String> topics, Map<String, String> settings) throws Exception {
    List<AlterConfigOp> changes = settings.entrySet().stream().map(said -> new AlterConfigOp(new ConfigEntry(said.getKey(), said.getValue()), OpType.SET)).toList();
    admin.incrementalAlterConfigs(topics.stream().collect(Collectors.toMap(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic), topic -> (Collection<AlterConfigOp>) changes))).all().get();
  }

  private List<String> folded() {
    return Growth.FOLDED.stream().map(this::grown).toList();
  }

  /**
   * The new topics keep the times that they are given, and keep everything. A mark says that they were empty when the first run began:
   * one that is killed in its first transaction leaves records that count for nothing, but no position. Refuses to begin where records are
   * there and nobody knows how far they reach.
   */
  void begin() throws Exception {
    if (positions(group()).isEmpty()) {
      for (String topic : folded()) {
        if (!empty(topic)) {
          throw new IllegalStateException(topic + " holds records, but the brokers have forgotten how far it was filled (group " + group()
              + "), or others write to it; delete the topics of " + newPrefix + " and begin again");
        }
      }
      admin.alterConsumerGroupOffsets(group(), Map.of(mark(), new OffsetAndMetadata(0, "begun"))).all().get();
    }
    set(folded(), Map.of(TIMESTAMP, "CreateTime", RETENTION, "-1"));
  }

  void requireThere() throws Exception {
    for (String topic : folded()) {
      partitions(topic);
    }
  }

  /** Once it is finished, nodes write to the new generation. */
  void requireUnfinished() {
    if (finishedAt() > 0) {
      throw new IllegalStateException(newPrefix + " is finished already, and in use");
    }
  }

  private TopicPartition mark() {
    return new TopicPartition(grown("dead-letters"), 0); // nothing is carried into these
  }

  private Map<TopicPartition, OffsetAndMetadata> positions(String group) {
    try {
      return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw new IllegalStateException("cannot read the positions of " + group + ": " + failed.getCause().getMessage(), failed);
    } catch (InterruptedException stopped) {
      throw stopped(stopped);
    }
  }

  /** Milliseconds; 0 while it is not. */
  long finishedAt() {
    OffsetAndMetadata mark = positions(group()).get(mark());
    return mark == null || !mark.metadata().equals("finished") ? 0 : mark.offset();
  }

  /** How far a partition was carried. */
  long progress(TopicPartition place) {
    OffsetAndMetadata position = positions(group()).get(place);
    return position == null ? 0 : position.offset();
  }

  private boolean empty(String topic) {
    return ends(topic).values().stream().allMatch(end -> end == 0);
  }

  private Map<TopicPartition, Long> ends(String topic) {
    return offsets(topic, OffsetSpec.latest());
  }

  private Map<TopicPartition, Long> offsets(String topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < partitions(topic); partition++) {
      asked.put(new TopicPartition(topic, partition), which);
    }
    try {
      Map<TopicPartition, Long> found = new HashMap<>();
      admin.listOffsets(asked).all().get().forEach((place, offset) -> found.put(place, offset.offset()));
      return found;
    } catch (ExecutionException failed) {
      throw new IllegalStateException("cannot read the ends of " + topic + ": " + failed.getCause().getMessage(), failed);
    } catch (InterruptedException stopped) {
      throw stopped(stopped);
    }
  }

  /** From its return on the old topics take nothing: each partition's leader was asked. */
  void seal() throws Exception {
    List<String> sealed = Stream.concat(Growth.FOLDED.stream(), Growth.BESIDE.stream()).map(this::old).toList();
    set(sealed, Map.of(SIZE, SEALED));
    Map<String, Object> settings = new TreeMap<>(client);
    settings.put("acks", "all");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String topic : sealed) {
        for (int partition = 0; partition < partitions(topic); partition++) {
          awaitSealed(producer, topic, partition);
        }
      }
    }
    System.out.println("sealed " + String.join(", ", sealed));
  }

  /** A leader that has not heard of the seal takes the probe, which is a dead letter then. */
  private static void awaitSealed(KafkaProducer<byte[], byte[]> producer, String topic, int partition) throws Exception {
    for (long end = System.currentTimeMillis() + SEAL_MS; System.currentTimeMillis() < end; Thread.sleep(200)) {
      try {
        producer.send(new ProducerRecord<>(topic, partition, null, "is this topic sealed?".getBytes())).get();
      } catch (ExecutionException refused) {
        if (refused.getCause() instanceof RecordTooLargeException) {
          return;
        }
        throw refused;
      }
    }
    throw new IllegalStateException(topic + "-" + partition + " still takes records; say finish again");
  }

  /** The brokers write the time of arrival from now on, and the mark says that the generation is whole. */
  void open() throws Exception {
    set(folded(), Map.of(TIMESTAMP, "LogAppendTime"));
    if (finishedAt() == 0) {
      admin.alterConsumerGroupOffsets(group(), Map.of(mark(), new OffsetAndMetadata(System.currentTimeMillis(), "finished"))).all().get();
    }
  }

  /** The folds and the history have read everything that was carried. {@code raw}: where the history's raw files end. */
  void requireRead(String topic, Map<Integer, Long> raw) {
    long finished = finishedAt();
    if (finished == 0) {
      throw new IllegalStateException(newPrefix + " is not finished, or the brokers have forgotten it (after offsets.retention.minutes)");
    }
    Map<TopicPartition, Long> ends = ends(grown(topic));
    Map<TopicPartition, Long> later = offsets(grown(topic), OffsetSpec.forTimestamp(finished));
    Map<TopicPartition, OffsetAndMetadata> folds = positions(newPrefix + "folds");
    ends.forEach((place, end) -> {
      long carried = later.get(place) < 0 ? end : later.get(place);
      if (carried > 0 && (!folds.containsKey(place) || folds.get(place).offset() < carried)) {
        throw new IllegalStateException("the folds have not read " + place + " up to " + carried + " yet");
      }
      if (raw.getOrDefault(place.partition(), 0L) < carried) {
        throw new IllegalStateException("the history has not read " + place + " up to " + carried + " yet; run the history job with the new prefix and root");
      }
    });
  }

  void keep(long retentionMs) throws Exception {
    set(folded(), Map.of(RETENTION, Long.toString(retentionMs)));
    System.out.println("kept for " + retentionMs / 86_400_000L + " days: " + String.join(", ", folded()));
  }

  /** Topics and states of the old generation, whose folds must not run. */
  void deleteOld() throws Exception {
    String folds = oldPrefix + "folds";
    Set<String> groups = admin.listGroups().all().get().stream().map(group -> group.groupId()).collect(Collectors.toSet());
    // Folds that were stopped do not say goodbye: they count as there until their session ends.
    for (long end = System.currentTimeMillis() + GOODBYE_MS; groups.contains(folds) && running(folds); Thread.sleep(500)) {
      if (System.currentTimeMillis() > end) {
        throw new IllegalStateException("the folds of " + oldPrefix + " still run; stop them first");
      }
    }
    Set<String> there = new HashSet<>(admin.listTopics().names().get());
    there.retainAll(Stream.concat(all().stream().map(this::old), STORES.stream().map(store -> folds + "-" + store + "-changelog")).toList());
    try {
      admin.deleteTopics(there).all().get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw failed;
      }
    }
    if (groups.contains(folds)) {
      admin.deleteConsumerGroups(List.of(folds)).all().get();
    }
    System.out.println("deleted " + there.size() + " topics of " + oldPrefix);
  }

  private boolean running(String folds) throws Exception {
    return !admin.describeConsumerGroups(List.of(folds)).all().get().get(folds).members().isEmpty();
  }

  @Override
  public void close() {
    admin.close();
  }
}
