package io.vitrina.history;

import io.vitrina.border.VisitorHistory;
import io.vitrina.border.VisitorHistory.Standing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalDirAllocator;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.MRConfig;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.Reducer;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * The records of each visitor become rows, which go to one file a day, one day after the other; the days that have to be written anew
 * are named beside them.
 */
public final class DayReducer extends Reducer<BytesWritable, BytesWritable, NullWritable, NullWritable> {
  /** Files of a task appear with it: {@code FileOutputFormat} knows where an attempt may write. The reducer writes them itself. */
  public static final class Output extends FileOutputFormat<NullWritable, NullWritable> {
    @Override
    public RecordWriter<NullWritable, NullWritable> getRecordWriter(TaskAttemptContext context) {
      return new RecordWriter<>() {
        @Override
        public void write(NullWritable key, NullWritable value) {}

        @Override
        public void close(TaskAttemptContext done) {}
      };
    }
  }

  private final Set<Day> disturbed = new TreeSet<>();
  private VisitorHistory history;
  private DaySpool spool;
  private Path folder;
  private String part;

  @Override
  protected void setup(Context context) throws IOException, InterruptedException {
    Configuration configuration = context.getConfiguration();
    history = new VisitorHistory();
    folder = FileOutputFormat.getWorkOutputPath(context);
    part = String.format("part-%05d", context.getTaskAttemptID().getTaskID().getId());
    Path local = new LocalDirAllocator(MRConfig.LOCAL_DIR).getLocalPathForWrite("vitrina-spool", configuration);
    spool = new DaySpool(java.nio.file.Path.of(local.toUri().getPath()), configuration.getLong(Settings.SPOOL_BYTES, 16 << 20));
  }

  @Override
  protected void reduce(BytesWritable key, Iterable<BytesWritable> values, Context context) throws IOException {
    byte[] group = Group.of(key.copyBytes());
    for (BytesWritable value : values) {
      byte[] bytes = value.getBytes();
      byte[] record = Arrays.copyOfRange(bytes, 1, value.getLength());
      history.add(key.copyBytes(), Standing.values()[bytes[0]], record); // the key moves on with the values
      spool(group, history.take(false), context);
    }
    spool(group, history.take(true), context);
  }

  private void spool(byte[] group, VisitorHistory.Answer answer, Context context) throws IOException {
    if (answer.rows().isEmpty() && answer.disturbed().isEmpty()) {
      return;
    }
    String shop = Group.shop(group);
    String visitor = Group.visitor(group);
    answer.disturbed().forEach(day -> disturbed.add(new Day(shop, day)));
    for (VisitorHistory.Row row : answer.rows()) {
      spool.add(new Day(shop, row.day()), visitor, row);
    }
    context.getCounter("vitrina", "rows").increment(answer.rows().size());
  }

  @Override
  protected void cleanup(Context context) throws IOException {
    history.close();
    for (Day day : spool.days()) {
      Path path = new Path(folder, day.folder() + "/" + part + ".parquet");
      try (ParquetWriter<org.apache.parquet.example.data.Group> writer = Rows.writer(context.getConfiguration(), path)) {
        spool.drain(day, (visitor, row) -> writer.write(Rows.row(day, visitor, row.time(), row.id(), row.record())));
      }
      context.progress();
    }
    spool.close();
    if (!disturbed.isEmpty()) {
      List<String> lines = new ArrayList<>();
      disturbed.forEach(day -> lines.add(day.toString()));
      FileSystem files = folder.getFileSystem(context.getConfiguration());
      Commit.text(files, new Path(folder, "." + part), new Path(folder, "disturbed/" + part), lines);
    }
  }
}
