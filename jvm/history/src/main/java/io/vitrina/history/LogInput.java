package io.vitrina.history;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What the topics hold beyond the raw files that are there, up to the end as the job began, in ranges and splits of at most {@link
 * Settings#RECORDS_A_SPLIT} offsets. Committed records only. Fails where the log no longer holds what comes next.
 */
public final class LogInput extends InputFormat<LogRange, LogRecord> {
  static final String TOPICS = "vitrina.history.topics"; // without the prefix

  @Override
  public List<InputSplit> getSplits(JobContext context) throws IOException {
    Configuration configuration = context.getConfiguration();
    Path root = new Path(configuration.get(Settings.ROOT));
    FileSystem files = root.getFileSystem(configuration);
    long size = configuration.getLong(Settings.RECORDS_A_SPLIT, 1_000_000);
    List<LogRange> ranges = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Settings.kafka(configuration))) {
      for (String topic : configuration.getTrimmedStrings(TOPICS)) {
        Map<Integer, Long> there = new RawFiles(files, root, topic).ends();
        List<TopicPartition> partitions = new ArrayList<>();
        String name = Settings.topic(configuration, topic);
        consumer.partitionsFor(name).forEach(found -> partitions.add(new TopicPartition(name, found.partition())));
        if (partitions.isEmpty()) {
          throw new IOException("there is no topic " + name + "; make the topics first, or say another prefix");
        }
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
          long from = there.getOrDefault(partition.partition(), begins.get(partition));
          if (from < begins.get(partition)) {
            throw new IOException(partition + " begins at " + begins.get(partition) + " and the history needs " + from
                + " next: records were deleted before the history read them; run it more often than the topic's retention");
          }
          add(ranges, new LogRange(topic, partition.partition(), from, ends.get(partition)), size);
        }
      }
    }
    return new ArrayList<>(LogSplit.packed(ranges, size));
  }

  private static void add(List<LogRange> to, LogRange all, long size) {
    for (long begin = all.from(); begin < all.to(); begin += size) {
      to.add(new LogRange(all.topic(), all.partition(), begin, Math.min(all.to(), begin + size)));
    }
  }

  @Override
  public RecordReader<LogRange, LogRecord> createRecordReader(InputSplit split, TaskAttemptContext context) {
    return new Reader();
  }

  /** The records of one range after the other. */
  private static final class Reader extends RecordReader<LogRange, LogRecord> {
    private final LogRecord record = new LogRecord();
    private final List<ConsumerRecord<byte[], byte[]>> fetched = new ArrayList<>();
    private KafkaConsumer<byte[], byte[]> consumer;
    private Configuration configuration;
    private Iterator<LogRange> ranges;
    private LogRange range;
    private TopicPartition partition;
    private int next;
    private long waitMs;
    private long passed;
    private long length;

    @Override
    public void initialize(InputSplit given, TaskAttemptContext context) {
      configuration = context.getConfiguration();
      ranges = ((LogSplit) given).ranges.iterator();
      length = ((LogSplit) given).getLength();
      waitMs = configuration.getLong(Settings.KAFKA_WAIT_MS, 60_000);
      consumer = new KafkaConsumer<>(Settings.kafka(configuration));
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      while (range != null || ranges.hasNext()) {
        if (range == null) {
          begin(ranges.next());
        }
        if (nextOfRange()) {
          return true;
        }
        passed += range.length();
        range = null;
      }
      return false;
    }

    private void begin(LogRange begun) {
      range = begun;
      partition = new TopicPartition(Settings.topic(configuration, range.topic()), range.partition());
      consumer.assign(List.of(partition));
      consumer.seek(partition, range.from());
      fetched.clear();
      next = 0;
    }

    private boolean nextOfRange() throws IOException {
      // The end may lie among markers of transactions, which no poll shows; the position passes them.
      long patience = System.nanoTime() + waitMs * 1_000_000;
      while (next == fetched.size()) {
        long position = consumer.position(partition);
        if (position >= range.to()) {
          return false;
        }
        fetched.clear();
        next = 0;
        consumer.poll(Duration.ofMillis(500)).records(partition).forEach(fetched::add);
        if (fetched.isEmpty() && consumer.position(partition) == position && System.nanoTime() > patience) {
          throw new IOException(range + ": nothing came from Kafka for " + waitMs + " ms at offset " + position);
        }
      }
      ConsumerRecord<byte[], byte[]> found = fetched.get(next++);
      if (found.offset() >= range.to()) {
        return false;
      }
      record.set(found.offset(), found.timestamp(), found.key(), found.value());
      return true;
    }

    @Override
    public LogRange getCurrentKey() {
      return range;
    }

    @Override
    public LogRecord getCurrentValue() {
      return record;
    }

    @Override
    public float getProgress() {
      long here = range == null ? 0 : Math.max(0, record.offset - range.from());
      return (float) (passed + here) / Math.max(1, length);
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
