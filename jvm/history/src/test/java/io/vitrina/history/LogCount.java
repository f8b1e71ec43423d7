package io.vitrina.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;

/**
 * {@code LogCount ROOT [FILE]}: raw events and how many of them stand at one offset only; rows of the history and how many of them are one
 * event only. FILE then holds each of them on a line, for the oracle of tests/cluster_found.hpp: "raw topic partition offset" and "row
 * visitor id", parted by tabs.
 */
public final class LogCount {
  private LogCount() {}

  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    Path root = new Path(arguments[0]);
    FileSystem files = root.getFileSystem(configuration);
    List<String> lines = new ArrayList<>();
    List<String> offsets = raw(configuration, files, root, HistoryJob.EVENTS);
    List<String> events = rows(configuration, files, root);
    if (arguments.length > 1) {
      lines.addAll(offsets);
      lines.addAll(raw(configuration, files, root, HistoryJob.ITEM_CHANGES));
      lines.addAll(events);
      java.nio.file.Files.write(java.nio.file.Path.of(arguments[1]), lines);
    }
    System.out.println(
        "raw " + offsets.size() + " offsets " + new HashSet<>(offsets).size() + " rows " + events.size() + " events " + new HashSet<>(events).size());
  }

  private static List<String> raw(Configuration configuration, FileSystem files, Path root, String topic) throws IOException {
    List<String> found = new ArrayList<>();
    LogRecord record = new LogRecord();
    for (List<RawFiles.Raw> chain : new RawFiles(files, root, topic).chains().values()) {
      for (RawFiles.Raw raw : chain) {
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(raw.path()))) {
          while (reader.next(NullWritable.get(), record)) {
            found.add(String.join("\t", "raw", topic, Integer.toString(raw.partition()), Long.toString(record.offset)));
          }
        }
      }
    }
    return found;
  }

  private static List<String> rows(Configuration configuration, FileSystem files, Path root) throws IOException {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Day, Manifest.Written> day : Manifest.newest(files, root).days.entrySet()) {
      Path folder = Manifest.days(root, day.getValue(), day.getKey());
      for (FileStatus part : files.exists(folder) ? files.listStatus(folder) : new FileStatus[0]) {
        try (var reader = Rows.reader(configuration, part.getPath(), true)) {
          for (var row = reader.read(); row != null; row = reader.read()) {
            found.add(String.join("\t", "row", row.getString("visitor", 0), row.getString("id", 0)));
          }
        }
      }
    }
    return found;
  }
}
