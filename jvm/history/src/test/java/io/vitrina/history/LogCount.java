package io.vitrina.history;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;

/** {@code LogCount ROOT}: raw events and how many of them stand at one offset only; rows of the history and how many of them are one event only. */
public final class LogCount {
  private LogCount() {}

  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    Path root = new Path(arguments[0]);
    FileSystem files = root.getFileSystem(configuration);
    Set<String> offsets = new HashSet<>();
    int records = 0;
    LogRecord record = new LogRecord();
    for (List<RawFiles.Raw> chain : new RawFiles(files, root, HistoryJob.EVENTS).chains().values()) {
      for (RawFiles.Raw raw : chain) {
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(raw.path()))) {
          for (; reader.next(NullWritable.get(), record); records++) {
            offsets.add(raw.partition() + " " + record.offset);
          }
        }
      }
    }
    Set<String> events = new HashSet<>();
    int rows = 0;
    for (Map.Entry<Day, Manifest.Written> day : Manifest.newest(files, root).days.entrySet()) {
      Path folder = Manifest.days(root, day.getValue(), day.getKey());
      for (FileStatus part : files.exists(folder) ? files.listStatus(folder) : new FileStatus[0]) {
        try (var reader = Rows.reader(configuration, part.getPath(), true)) {
          for (var row = reader.read(); row != null; row = reader.read(), rows++) {
            events.add(row.getString("visitor", 0) + " " + row.getString("id", 0));
          }
        }
      }
    }
    System.out.println("raw " + records + " offsets " + offsets.size() + " rows " + rows + " events " + events.size());
  }
}
