package io.vitrina.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The states as a serving node sees them: the changelogs, read committed, the newest value of each key. */
final class Changelogs implements AutoCloseable {
  private final Names names;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Map<String, String>> states = new HashMap<>();

  Changelogs(Properties client, Names names) {
    this.names = names;
    Properties settings = new Properties();
    settings.putAll(client);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    FoldLog.STORES.forEach(store -> states.put(topic(store), new TreeMap<>()));
    states.put(topic(FoldLog.OUTCOMES), new TreeMap<>());
  }

  private String topic(String store) {
    return store.equals(FoldLog.OUTCOMES) ? names.outcomes() : names.application() + "-" + store + "-changelog";
  }

  /** Reads what is there; the changelogs may come to be while we wait for them. */
  void read() {
    if (consumer.assignment().isEmpty()) {
      List<TopicPartition> all = new ArrayList<>();
      for (String topic : states.keySet()) {
        var partitions = consumer.listTopics().get(topic);
        if (partitions == null) {
          return;
        }
        partitions.forEach(partition -> all.add(new TopicPartition(topic, partition.partition())));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      Map<String, String> newest = states.get(record.topic());
      if (record.value() == null) {
        newest.remove(FoldLog.hex(record.key()));
      } else {
        newest.put(FoldLog.hex(record.key()), FoldLog.hex(record.value()));
      }
    }
  }

  /** Reads on; true once it stands where the changelogs ended when it asked. */
  boolean readToTheEnd() {
    read();
    if (consumer.assignment().isEmpty()) {
      return false;
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      read();
    }
    return true;
  }

  Map<String, String> states(String store) {
    return states.get(topic(store));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
