package io.vitrina.history;

import io.vitrina.border.VisitorHistory;
import io.vitrina.border.VisitorHistory.Standing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.Reducer;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;

/** The records of each visitor become rows, in one file a day; the days that have to be written anew are named beside them. */
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

  private final Map<Day, ParquetWriter<Group>> open = new TreeMap<>();
  private final Set<Day> disturbed = new TreeSet<>();
  private VisitorHistory history;
  private Path folder;
  private String part;

  @Override
  protected void setup(Context context) throws IOException, InterruptedException {
    history = new VisitorHistory();
    folder = FileOutputFormat.getWorkOutputPath(context);
    part = String.format("part-%05d", context.getTaskAttemptID().getTaskID().getId());
  }

  @Override
  protected void reduce(BytesWritable key, Iterable<BytesWritable> values, Context context) throws IOException {
    byte[] group = io.vitrina.history.Group.of(key.copyBytes());
    for (BytesWritable value : values) {
      byte[] bytes = value.getBytes();
      byte[] record = Arrays.copyOfRange(bytes, 1, value.getLength());
      history.add(key.copyBytes(), Standing.values()[bytes[0]], record); // the key moves on with the values
      write(group, history.take(false), context);
    }
    write(group, history.take(true), context);
  }

  private void write(byte[] group, VisitorHistory.Answer answer, Context context) throws IOException {
    if (answer.rows().isEmpty() && answer.disturbed().isEmpty()) {
      return;
    }
    String shop = io.vitrina.history.Group.shop(group);
    String visitor = io.vitrina.history.Group.visitor(group);
    answer.disturbed().forEach(day -> disturbed.add(new Day(shop, day)));
    for (VisitorHistory.Row row : answer.rows()) {
      Day day = new Day(shop, row.day());
      ParquetWriter<Group> writer = open.get(day);
      if (writer == null) {
        Path path = new Path(folder, day.folder() + "/" + part + ".parquet");
        writer = Rows.writer(context.getConfiguration(), path);
        open.put(day, writer);
      }
      writer.write(Rows.row(day, visitor, row.time(), row.id(), row.record()));
    }
    context.getCounter("vitrina", "rows").increment(answer.rows().size());
  }

  @Override
  protected void cleanup(Context context) throws IOException {
    for (ParquetWriter<Group> writer : open.values()) {
      writer.close();
    }
    history.close();
    if (!disturbed.isEmpty()) {
      List<String> lines = new ArrayList<>();
      disturbed.forEach(day -> lines.add(day.toString()));
      FileSystem files = folder.getFileSystem(context.getConfiguration());
      Commit.text(files, new Path(folder, "." + part), new Path(folder, "disturbed/" + part), lines);
    }
  }
}
