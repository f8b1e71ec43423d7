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

/**
 * A range of the log on its way to its raw file, which appears by rename at {@link #commit}: it is there whole, or the range is read
 * again. Records that the core refuses go to a file of dead letters of the same name; the raw file holds them too, so that nothing is
 * lost when a later version can read them.
 */
final class RawFile {
  private final Configuration configuration;
  private final FileSystem files;
  private final Path root;
  private final LogRange range;
  private final Path aside;
  private final Border border;
  private final Writer raw;
  private final Set<Day> days = new TreeSet<>();
  private Writer dead;

  /** {@code attempt} is a folder that nobody else writes to. */
  RawFile(Configuration configuration, Path attempt, LogRange range, Border border) throws IOException {
    this.configuration = configuration;
    this.root = new Path(configuration.get(Settings.ROOT));
    this.files = root.getFileSystem(configuration);
    this.range = range;
    this.aside = new Path(attempt, range.topic() + "-" + range.partition() + "-" + range.from());
    this.border = border;
    this.raw = writer("raw", LogRecord.class);
  }

  LogRange range() {
    return range;
  }

  /** Whether the core takes the record. */
  boolean add(LogRecord record) throws IOException {
    raw.append(NullWritable.get(), record);
    try {
      check(record);
      return true;
    } catch (BorderException refused) {
      String topic = Settings.topic(configuration, range.topic());
      DeadLetter letter =
          new DeadLetter(
              topic, range.partition(), record.offset, record.timestamp, refused.code(), refused.getMessage(), record.key, record.value, null);
      if (dead == null) {
        dead = writer("dead", BytesWritable.class);
      }
      dead.append(NullWritable.get(), new BytesWritable(letter.encoded()));
      return false;
    }
  }

  private void check(LogRecord record) {
    if (range.topic().equals(HistoryJob.EVENTS)) {
      int day = border.historyRecord(record.key, record.value, record.timestamp).day();
      days.add(new Day(Group.shop(record.key), day));
    } else {
      border.foldItemChange(record.key, null, record.value, record.timestamp);
    }
  }

  void commit() throws IOException {
    RawFiles names = new RawFiles(files, root, range.topic());
    raw.close();
    if (dead != null) {
      dead.close();
      Path folder = new Path(root, "dead-letters/" + range.topic() + "/" + range.partition());
      Commit.rename(files, new Path(aside, "dead"), new Path(folder, RawFiles.name(range.from(), range.to()) + ".seq"));
    }
    if (!days.isEmpty()) {
      List<String> lines = new ArrayList<>();
      days.forEach(day -> lines.add(day.toString()));
      Commit.text(files, new Path(aside, "days"), names.path(range.partition(), range.from(), range.to(), ".days"), lines);
    }
    // Last: from now on the range counts as read.
    Commit.rename(files, new Path(aside, "raw"), names.path(range.partition(), range.from(), range.to(), ".seq"));
  }

  private Writer writer(String name, Class<?> values) throws IOException {
    return SequenceFile.createWriter(
        configuration,
        Writer.file(files.makeQualified(new Path(aside, name))),
        Writer.keyClass(NullWritable.class),
        Writer.valueClass(values),
        Writer.compression(CompressionType.BLOCK));
  }
}
