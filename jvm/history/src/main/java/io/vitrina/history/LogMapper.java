package io.vitrina.history;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.DeadLetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.io.SequenceFile.CompressionType;
import org.apache.hadoop.io.SequenceFile.Writer;
import org.apache.hadoop.mapreduce.Mapper;

/**
 * A split of the log becomes one raw file, by rename: it is there whole, or the split is read again. Records that the core refuses go to
 * a file of dead letters of the same name; the raw file holds them too, so that nothing is lost when a later version can read them.
 */
public final class LogMapper extends Mapper<NullWritable, LogRecord, NullWritable, NullWritable> {
  private FileSystem files;
  private Path root;
  private Path aside;
  private LogSplit split;
  private Border border;
  private Writer raw;
  private Writer dead;
  private final Set<Day> days = new TreeSet<>();

  static Path attempts(Path root, String job) {
    return new Path(root, "raw/_attempts/" + job);
  }

  @Override
  protected void setup(Context context) throws IOException {
    Configuration configuration = context.getConfiguration();
    root = new Path(configuration.get(Settings.ROOT));
    files = root.getFileSystem(configuration);
    split = (LogSplit) context.getInputSplit();
    aside = new Path(attempts(root, context.getJobID().toString()), context.getTaskAttemptID().toString());
    border = Settings.border(configuration);
    raw = writer(configuration, new Path(aside, "raw"), LogRecord.class);
  }

  private Writer writer(Configuration configuration, Path path, Class<?> values) throws IOException {
    return SequenceFile.createWriter(
        configuration,
        Writer.file(files.makeQualified(path)),
        Writer.keyClass(NullWritable.class),
        Writer.valueClass(values),
        Writer.compression(CompressionType.BLOCK));
  }

  @Override
  protected void map(NullWritable none, LogRecord record, Context context) throws IOException {
    raw.append(none, record);
    context.getCounter("vitrina", "records").increment(1);
    try {
      check(record);
    } catch (BorderException refused) {
      context.getCounter("vitrina", "dead letters").increment(1);
      String topic = Settings.topic(context.getConfiguration(), split.topic);
      DeadLetter letter =
          new DeadLetter(
              topic, split.partition, record.offset, record.timestamp, refused.code(), refused.getMessage(), record.key, record.value, null);
      if (dead == null) {
        dead = writer(context.getConfiguration(), new Path(aside, "dead"), BytesWritable.class);
      }
      dead.append(none, new BytesWritable(letter.encoded()));
    }
  }

  private void check(LogRecord record) {
    if (split.topic.equals(HistoryJob.EVENTS)) {
      int day = border.historyRecord(record.key, record.value, record.timestamp).day();
      days.add(new Day(Group.shop(record.key), day));
    } else {
      border.foldItemChange(record.key, null, record.value, record.timestamp);
    }
  }

  @Override
  protected void cleanup(Context context) throws IOException {
    RawFiles names = new RawFiles(files, root, split.topic);
    raw.close();
    border.close();
    if (dead != null) {
      dead.close();
      Path folder = new Path(root, "dead-letters/" + split.topic + "/" + split.partition);
      Commit.rename(files, new Path(aside, "dead"), new Path(folder, RawFiles.name(split.from, split.to) + ".seq"));
    }
    if (!days.isEmpty()) {
      List<String> lines = new ArrayList<>();
      days.forEach(day -> lines.add(day.toString()));
      Commit.text(files, new Path(aside, "days"), names.path(split.partition, split.from, split.to, ".days"), lines);
    }
    // Last: from now on the split counts as read.
    Commit.rename(files, new Path(aside, "raw"), names.path(split.partition, split.from, split.to, ".seq"));
  }
}
