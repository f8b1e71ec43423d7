package io.vitrina.history;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.HistoryRecord;
import io.vitrina.border.VisitorHistory.Standing;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * days as witnesses. Keys are sorting keys; a value is the standing as one byte, then the record. A file is a split.
 */
public final class DayInput extends InputFormat<BytesWritable, BytesWritable> {
  static final String FILES = "vitrina.history.files"; // <standing> <path>, one a line
  static final String DAYS = "vitrina.history.days"; // those that are written, one a line

  static final class Split extends InputSplit implements Writable {
    private Standing standing = Standing.NEW;
    private String path = "";

    Split() {}

    Split(Standing standing, String path) {
      this.standing = standing;
      this.path = path;
    }

    @Override
    public long getLength() {
      return 1;
    }

    @Override
    public String[] getLocations() {
      return new String[0];
    }

    @Override
    public void write(DataOutput out) throws IOException {
      Text.writeString(out, standing.name());
      Text.writeString(out, path);
    }

    @Override
    public void readFields(DataInput in) throws IOException {
      standing = Standing.valueOf(Text.readString(in));
      path = Text.readString(in);
    }
  }

  @Override
  public List<InputSplit> getSplits(JobContext context) {
    List<InputSplit> splits = new ArrayList<>();
    for (String line : context.getConfiguration().get(FILES, "").split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        splits.add(new Split(Standing.valueOf(line.substring(0, space)), line.substring(space + 1)));
      }
    }
    return splits;
  }

  @Override
  public RecordReader<BytesWritable, BytesWritable> createRecordReader(InputSplit split, TaskAttemptContext context) {
    return ((Split) split).standing == Standing.NEW ? new RawReader() : new RowReader();
  }

  /** One record after the other, until {@link #next} says that there is none. */
  private abstract static class Reader extends RecordReader<BytesWritable, BytesWritable> {
    private final BytesWritable key = new BytesWritable();
    private final BytesWritable value = new BytesWritable();

    abstract boolean next() throws IOException;

    boolean found(byte[] sortingKey, Standing standing, byte[] record) {
      key.set(sortingKey, 0, sortingKey.length);
      value.setSize(1 + record.length);
      value.getBytes()[0] = (byte) standing.ordinal();
      System.arraycopy(record, 0, value.getBytes(), 1, record.length);
      return true;
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      return next();
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
      return 0;
    }
  }

  private static final class RawReader extends Reader {
    private final LogRecord record = new LogRecord();
    private final Set<Day> days = new HashSet<>();
    private SequenceFile.Reader file;
    private Border border;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      Configuration configuration = context.getConfiguration();
      for (String day : configuration.get(DAYS).split("\n")) {
        days.add(Day.parse(day));
      }
      Path path = new Path(((Split) split).path);
      file = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(path));
      border = Settings.border(configuration);
    }

    @Override
    boolean next() throws IOException {
      while (file.next(NullWritable.get(), record)) {
        try {
          HistoryRecord history = border.historyRecord(record.key, record.value, record.timestamp);
          if (days.contains(new Day(io.vitrina.history.Group.shop(record.key), history.day()))) {
            return found(history.sortingKey(), Standing.NEW, history.record());
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
      file.close();
      border.close();
    }
  }

  private static final class RowReader extends Reader {
    private ParquetReader<Group> rows;
    private Standing standing;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      standing = ((Split) split).standing;
      rows = Rows.reader(context.getConfiguration(), new Path(((Split) split).path), standing == Standing.OLD);
    }

    @Override
    boolean next() throws IOException {
      Group row = rows.read();
      if (row == null) {
        return false;
      }
      byte[] group = (row.getString("shop", 0) + "/" + row.getString("visitor", 0)).getBytes(StandardCharsets.UTF_8);
      byte[] key = HistoryRecord.sortingKey(group, row.getLong("time", 0), row.getBinary("id", 0).getBytes());
      return found(key, standing, standing == Standing.OLD ? row.getBinary("record", 0).getBytes() : new byte[0]);
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
