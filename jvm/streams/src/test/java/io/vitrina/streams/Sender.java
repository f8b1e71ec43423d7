package io.vitrina.streams;

import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** Writes records into a topic, in order, in a thread of its own: at once, so many ahead of a reader, or so many a second. */
final class Sender extends Thread {
  private static final int PACE = 50; // records between two looks at the reader

  private final FoldTopics topics;
  private final String topic;
  private final List<FoldLog.Entry> records;
  private final int ahead;
  private final LongSupplier taken;
  private final Queue<Exception> unsent = new ConcurrentLinkedQueue<>();
  private long known;
  private volatile long sent;
  private boolean misplaces;

  Sender(FoldTopics topics, String topic, List<FoldLog.Entry> records) {
    this(topics, topic, records, Integer.MAX_VALUE, () -> 0);
  }

  /** {@code rate} as {@link #atRate} makes it. */
  Sender(FoldTopics topics, String topic, List<FoldLog.Entry> records, LongSupplier rate) {
    this(topics, topic, records, PACE, rate);
  }

  Sender(FoldTopics topics, String topic, List<FoldLog.Entry> records, int ahead, LongSupplier taken) {
    super("sender");
    setDaemon(true); // a check that fails ends, whatever is left to send
    this.topics = topics;
    this.topic = topic;
    this.records = records;
    this.ahead = ahead;
    this.taken = taken;
  }

  /** From now on every seventh key goes to another partition than its own, as a client with another partitioner would send it. */
  Sender misplacing() {
    misplaces = true;
    return this;
  }

  private Integer partition(byte[] key) {
    int hash = Utils.toPositive(Utils.murmur2(key));
    return misplaces && hash % 7 == 3 ? (hash + 1) % topics.partitions() : null;
  }

  /** Takes what a reader at this rate would have taken by now. */
  static LongSupplier atRate(double aSecond) {
    long start = System.nanoTime();
    return () -> (long) ((System.nanoTime() - start) / 1e9 * aSecond);
  }

  @Override
  public void run() {
    Properties settings = new Properties();
    settings.putAll(topics.client());
    settings.put("linger.ms", "5");
    settings.put("compression.type", "lz4");
    // With more, a topic made a moment ago may refuse the first batch and take the second, and the first is never taken again.
    settings.put("max.in.flight.requests.per.connection", "1");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < records.size(); i++) {
        if (i % PACE == 0) {
          keepBack(i);
        }
        FoldLog.Entry next = records.get(i);
        producer.send(new ProducerRecord<>(topic, partition(next.key()), next.appendedAt(), next.key(), next.value()), (done, refused) -> {
          if (refused != null) {
            unsent.add(refused);
          }
        });
        sent = i + 1;
      }
    } catch (InterruptedException stopped) {
      unsent.add(stopped);
    }
  }

  /** Looks at the reader only where it has to wait by what it knows, for a look may cost a request. */
  private void keepBack(long next) throws InterruptedException {
    while (next - known >= ahead) {
      known = taken.getAsLong();
      if (next - known >= ahead) {
        Thread.sleep(ahead > PACE ? 100 : 5);
      }
    }
  }

  long sent() {
    return sent;
  }

  /** Everything is acknowledged. */
  boolean finished() {
    Waiting.require(unsent.isEmpty(), "the generator failed: " + unsent.peek());
    return !isAlive() && sent == records.size();
  }
}
