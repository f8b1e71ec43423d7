package io.vitrina.history;

import io.vitrina.history.RawFiles.Raw;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.io.SequenceFile.Reader;

/** What HDFS holds of a topic, by partition and offset. */
record RawPast(Configuration configuration, Map<Integer, List<Raw>> chains) {
  static final RawPast NONE = new RawPast(null, Map.of());

  interface Taker {
    void take(LogRecord record);
  }

  static RawPast of(Configuration configuration, Path root, String topic) throws IOException {
    return new RawPast(configuration, new RawFiles(root.getFileSystem(configuration), root, topic).chains());
  }

  /** The first offset that is there, and the first after them; equal where there is nothing. */
  long begin(int partition) {
    return chains.containsKey(partition) ? chains.get(partition).get(0).from() : 0;
  }

  long end(int partition) {
    List<Raw> chain = chains.get(partition);
    return chain == null ? 0 : chain.get(chain.size() - 1).to();
  }

  /** The records at and after {@code from}, file by file; {@code after} is told the first offset that a file does not hold. */
  void read(int partition, long from, Taker taker, Progress after) {
    for (Raw raw : chains.getOrDefault(partition, List.of())) {
      if (raw.to() <= from) {
        continue;
      }
      try (Reader reader = new SequenceFile.Reader(configuration, Reader.file(raw.path()))) {
        LogRecord record = new LogRecord();
        while (reader.next(NullWritable.get(), record)) {
          if (record.offset >= from) {
            taker.take(record);
          }
        }
      } catch (IOException unreadable) {
        throw new IllegalStateException("cannot read " + raw.path() + ": " + unreadable.getMessage(), unreadable);
      }
      after.read(raw.to());
    }
  }

  interface Progress {
    void read(long next);
  }
}
