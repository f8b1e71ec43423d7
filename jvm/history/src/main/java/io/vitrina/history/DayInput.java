package io.vitrina.history;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.HistoryRecord;
import io.vitrina.border.VisitorHistory.Standing;
import java.io.Closeable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * What some days are made of: raw files (of which the records of those days count), their Parquet files as they are, and those of other
 * days as witnesses. Keys are sorting keys; a value is the standing as one byte, then the record. A split is as many files as {@link
 * Settings#BYTES_A_MAP} lets it take: a past of many days is many small files, and a task for each would cost more than all of its work.
 */
public final class DayInput extends InputFormat<BytesWritable, BytesWritable> {
  static final String FILES = "vitrina.history.files"; // a Source, one a line
  static final String DAYS = "vitrina.history.days"; // those that are written, one a line

  /** Opening a file costs about as much as reading so many bytes of it. */
  private static final long BYTES_A_FILE_MIN = 1 << 20;

  /** A file; as text {@code WITNESS 12345 /vitrina/history/…}. */
  record Source(Standing standing, long bytes, String path) {
    static Source parse(String line) {
      String[] words = line.split(" ", 3);
      return new Source(Standing.valueOf(words[0]), Long.parseLong(words[1]), words[2]);
    }

    long cost() {
      return Math.max(bytes, BYTES_A_FILE_MIN);
    }

    @Override
    public String toString() {
      return standing + " " + bytes + " " + path;
    }
  }

  static final class Split extends InputSplit implements Writable {
    private List<Source> sources = List.of();

    Split() {}

    Split(List<Source> sources) {
      this.sources = List.copyOf(sources);
    }

    @Override
    public long getLength() {
      return sources.stream().mapToLong(Source::bytes).sum();
    }

    @Override
    public String[] getLocations() {
      return new String[0];
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeInt(sources.size());
      for (Source source : sources) {
        Text.writeString(out, source.toString());
      }
    }

    @Override
    public void readFields(DataInput in) throws IOException {
      List<Source> read = new ArrayList<>();
      for (int count = in.readInt(); count > 0; count--) {
        read.add(Source.parse(Text.readString(in)));
      }
      sources = read;
    }
  }

  static void say(Configuration configuration, List<Source> sources, Set<Day> days) {
    configuration.set(FILES, sources.stream().map(Source::toString).collect(Collectors.joining("\n")));
    configuration.set(DAYS, days.stream().map(Day::toString).collect(Collectors.joining("\n")));
  }

  @Override
  public List<InputSplit> getSplits(JobContext context) {
    long bytes = context.getConfiguration().getLong(Settings.BYTES_A_MAP, 256L << 20);
    List<InputSplit> splits = new ArrayList<>();
    List<Source> next = new ArrayList<>();
    long filled = 0;
    for (String line : context.getConfiguration().get(FILES).lines().toList()) {
      Source source = Source.parse(line);
      if (!next.isEmpty() && filled + source.cost() > bytes) {
        splits.add(new Split(next));
        next.clear();
        filled = 0;
      }
      next.add(source);
      filled += source.cost();
    }
    if (!next.isEmpty()) {
      splits.add(new Split(next));
    }
    return splits;
  }

  @Override
  public RecordReader<BytesWritable, BytesWritable> createRecordReader(InputSplit split, TaskAttemptContext context) {
    return new SplitReader();
  }

  /** The records of one file after the other. */
  private static final class SplitReader extends RecordReader<BytesWritable, BytesWritable> {
    private final BytesWritable key = new BytesWritable();
    private final BytesWritable value = new BytesWritable();
    private final Set<Day> days = new HashSet<>();
    private Configuration configuration;
    private Border border;
    private List<Source> sources;
    private int opened;
    private Records file;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) {
      configuration = context.getConfiguration();
      sources = ((Split) split).sources;
      border = Settings.border(configuration);
      for (String day : configuration.get(DAYS).split("\n")) {
        days.add(Day.parse(day));
      }
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      while (file == null || !file.next(key, value)) {
        if (file != null) {
          file.close();
          file = null;
        }
        if (opened == sources.size()) {
          return false;
        }
        Source source = sources.get(opened++);
        Path path = new Path(source.path());
        file = source.standing() == Standing.NEW ? new RawRecords(path) : new RowRecords(path, source.standing());
      }
      return true;
    }

    private interface Records extends Closeable {
      boolean next(BytesWritable key, BytesWritable value) throws IOException;
    }

    private static boolean found(BytesWritable key, BytesWritable value, byte[] sortingKey, Standing standing, byte[] record) {
      key.set(sortingKey, 0, sortingKey.length);
      value.setSize(1 + record.length);
      value.getBytes()[0] = (byte) standing.ordinal();
      System.arraycopy(record, 0, value.getBytes(), 1, record.length);
      return true;
    }

    /** Of a raw file what stands on one of the days. */
    private final class RawRecords implements Records {
      private final LogRecord record = new LogRecord();
      private final SequenceFile.Reader reader;

      RawRecords(Path path) throws IOException {
        reader = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(path));
      }

      @Override
      public boolean next(BytesWritable key, BytesWritable value) throws IOException {
        while (reader.next(NullWritable.get(), record)) {
          try {
            HistoryRecord history = border.historyRecord(record.key, record.value, record.timestamp);
            if (days.contains(new Day(io.vitrina.history.Group.shop(record.key), history.day()))) {
              return found(key, value, history.sortingKey(), Standing.NEW, history.record());
            }
          } catch (BorderException refused) {
            // Among the dead letters since it was read from the log.
            continue;
          }
        }
        return false;
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    }

    /** A day of the history; of a witness no records. */
    private final class RowRecords implements Records {
      private final Standing standing;
      private final ParquetReader<Group> rows;

      RowRecords(Path path, Standing standing) throws IOException {
        this.standing = standing;
        this.rows = Rows.reader(configuration, path, standing == Standing.OLD);
      }

      @Override
      public boolean next(BytesWritable key, BytesWritable value) throws IOException {
        Group row = rows.read();
        if (row == null) {
          return false;
        }
        byte[] group = (row.getString("shop", 0) + "/" + row.getString("visitor", 0)).getBytes(StandardCharsets.UTF_8);
        byte[] sorting = HistoryRecord.sortingKey(group, row.getLong("time", 0), row.getBinary("id", 0).getBytes());
        return found(key, value, sorting, standing, standing == Standing.OLD ? row.getBinary("record", 0).getBytes() : new byte[0]);
      }

      @Override
      public void close() throws IOException {
        rows.close();
      }
    }

    @Override
    public BytesWritable getCurrentKey() {
      return key;
    }

    @Override
    public BytesWritable getCurrentValue() {
      return value;
    }

    @Override
    public float getProgress() {
      return (float) Math.max(0, opened - 1) / Math.max(1, sources.size());
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
      border.close();
    }
  }
}
