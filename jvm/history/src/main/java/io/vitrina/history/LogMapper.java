package io.vitrina.history;

import io.vitrina.border.Border;
import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.Mapper;

/** A split of the log becomes raw files, one a range, each as soon as it is whole; a range without records has one too. */
public final class LogMapper extends Mapper<LogRange, LogRecord, NullWritable, NullWritable> {
  private Configuration configuration;
  private Path attempt;
  private Border border;
  private Iterator<LogRange> ranges;
  private RawFile file;

  static Path attempts(Path root, String job) {
    return new Path(root, "raw/_attempts/" + job);
  }

  @Override
  protected void setup(Context context) throws IOException {
    configuration = context.getConfiguration();
    Path root = new Path(configuration.get(Settings.ROOT));
    attempt = new Path(attempts(root, context.getJobID().toString()), context.getTaskAttemptID().toString());
    border = Settings.border(configuration);
    ranges = ((LogSplit) context.getInputSplit()).ranges.iterator();
    next();
  }

  /** Commits the range at hand and goes on to the next, which null stands for after the last. */
  private void next() throws IOException {
    if (file != null) {
      file.commit();
    }
    file = ranges.hasNext() ? new RawFile(configuration, attempt, ranges.next(), border) : null;
  }

  @Override
  protected void map(LogRange range, LogRecord record, Context context) throws IOException {
    while (!file.range().equals(range)) {
      next();
    }
    context.getCounter("vitrina", "records").increment(1);
    if (!file.add(record)) {
      context.getCounter("vitrina", "dead letters").increment(1);
    }
  }

  @Override
  protected void cleanup(Context context) throws IOException {
    while (file != null) {
      next();
    }
    border.close();
  }
}
