package io.vitrina.history;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Carries partitions of the old generation into the new one, each in its order, in transactions that also commit how far it came: as an
 * offset of the group {@code <new prefix>growth} under the same topic and partition of the new generation.
 *
 * <p>Threads: one. Any failure ends it; the next run goes on where the last transaction stood. Errors: IllegalStateException that says
 * what is missing.
 */
final class Carrier implements AutoCloseable {
  private static final int TOGETHER = 5_000;
  private static final long TOGETHER_BYTES = 16L << 20;
  private static final long PATIENCE_NS = 60_000_000_000L;

  private final Generations generations;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<TopicPartition, Long> positions = new HashMap<>(); // of the new generation's partitions: how far they were carried
  private long records;
  // The transaction that is open, if `together` is not 0.
  private int together;
  private long bytes;
  private TopicPartition place;

  Carrier(Configuration configuration, Generations generations) {
    this.generations = generations;
    Map<String, Object> reading = Settings.kafka(configuration);
    reading.put("max.poll.records", TOGETHER);
    reading.put("group.id", generations.group()); // never joined: transactions name it
    consumer = new KafkaConsumer<>(reading);
    Map<String, Object> settings = new TreeMap<>(generations.client());
    settings.put("transactional.id", generations.group());
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", "20");
    settings.put("batch.size", "262144");
    settings.put("max.request.size", "2097152");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions(); // whoever carried before is out of action, and what he left open is aborted
  }

  /** How many were carried since this was asked last. */
  long records() {
    long carried = records;
    records = 0;
    return carried;
  }

  /** A topic up to its end as of now. {@code whole}: what Kafka dropped must be in {@code past}, from the first offset on. */
  void topic(String name, RawPast past, boolean whole) {
    String from = generations.old(name);
    List<TopicPartition> sources = IntStream.range(0, generations.partitions(from)).mapToObj(partition -> new TopicPartition(from, partition)).toList();
    consumer.assign(sources); // it warns where it is asked about what it does not read
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(sources);
    Map<TopicPartition, Long> ends = consumer.endOffsets(sources);
    for (TopicPartition source : sources) {
      place = new TopicPartition(generations.grown(name), source.partition());
      long begin = begins.get(source);
      long next = positions.computeIfAbsent(place, generations::progress);
      if (next < begin && whole) {
        next = past(past, source.partition(), next, source, begin);
      }
      log(source, Math.max(next, begin), ends.get(source));
    }
  }

  private long past(RawPast past, int partition, long next, TopicPartition source, long begin) {
    if (past.begin(partition) > next || past.end(partition) < begin) {
      throw new IllegalStateException(source + ": Kafka has dropped the offsets " + next + " to " + begin + ", and the raw files hold "
          + past.begin(partition) + " to " + past.end(partition) + "; say --root, the folder of the history, and run the history job before");
    }
    past.read(partition, next, this::take, this::settle);
    return past.end(partition);
  }

  /** Everything that raw files hold of a topic. */
  void raw(String name, RawPast past) {
    for (int partition : past.chains().keySet()) {
      place = new TopicPartition(generations.grown(name), partition);
      if (partition >= generations.partitions(place.topic())) {
        throw new IllegalStateException(place.topic() + " has fewer partitions than the raw files, which name partition " + partition);
      }
      if (past.begin(partition) > 0) {
        System.err.println(name + " " + partition + ": the raw files begin at offset " + past.begin(partition));
      }
      past.read(partition, positions.computeIfAbsent(place, generations::progress), this::take, this::settle);
    }
  }

  private void log(TopicPartition source, long from, long end) {
    if (from >= end) {
      return;
    }
    consumer.assign(List.of(source));
    consumer.seek(source, from);
    long heard = System.nanoTime();
    for (long position = from; position < end; ) {
      List<ConsumerRecord<byte[], byte[]>> found = consumer.poll(Duration.ofMillis(500)).records(source);
      for (ConsumerRecord<byte[], byte[]> record : found) {
        take(record.timestamp(), record.key(), record.value(), record.offset());
      }
      long now = consumer.position(source);
      if (now > position) {
        heard = System.nanoTime();
        settle(now);
      } else if (System.nanoTime() - heard > PATIENCE_NS) {
        throw new IllegalStateException(source + ": nothing came for a minute at offset " + now + "; is a transaction open?");
      }
      position = now;
    }
  }

  private void take(LogRecord record) {
    // A raw record cannot tell nothing from empty; both are dead letters.
    take(record.timestamp, record.key.length == 0 ? null : record.key, record.value.length == 0 ? null : record.value, record.offset);
  }

  private void take(long timestamp, byte[] key, byte[] value, long offset) {
    if (together == 0) {
      producer.beginTransaction();
    }
    producer.send(new ProducerRecord<>(place.topic(), null, timestamp, key, value));
    records++;
    together++;
    bytes += (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    if (together >= TOGETHER || bytes >= TOGETHER_BYTES) {
      settle(offset + 1);
    }
  }

  /** Everything before {@code next} is carried. */
  private void settle(long next) {
    if (together == 0) {
      producer.beginTransaction();
    }
    producer.sendOffsetsToTransaction(Map.of(place, new OffsetAndMetadata(next)), consumer.groupMetadata());
    producer.commitTransaction(); // throws what any of its records met
    positions.put(place, next);
    together = 0;
    bytes = 0;
  }

  @Override
  public void close() {
    consumer.close();
    producer.close(Duration.ofSeconds(10));
  }
}
