package io.vitrina.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;

/** What the history job left, for jobs that read it. */
public final class HistoryFiles {
  /** A record of a topic, in the order of its partition. */
  public interface Visitor {
    void record(byte[] key, byte[] value, long timestamp) throws IOException;
  }

  private HistoryFiles() {}

  /** The number of the newest manifest, 0 where there is no history yet. */
  public static long newest(FileSystem files, Path root) throws IOException {
    return Manifest.newest(files, root).number;
  }

  /** The Parquet files of a shop's history as one manifest names them. */
  public static List<String> rows(FileSystem files, Path root, long manifest, String shop) throws IOException {
    List<String> paths = new ArrayList<>();
    for (Map.Entry<Day, Manifest.Written> day : Manifest.read(files, root, manifest).days.entrySet()) {
      Path folder = Manifest.days(root, day.getValue(), day.getKey());
      if (day.getKey().shop().equals(shop) && files.exists(folder)) {
        for (FileStatus part : files.listStatus(folder)) {
          if (part.getPath().getName().endsWith(".parquet")) {
            paths.add(part.getPath().toString());
          }
        }
      }
    }
    return paths;
  }

  /** All changes of items that were read from the log. */
  public static void eachItemChange(Configuration configuration, Path root, Visitor visit) throws IOException {
    FileSystem files = root.getFileSystem(configuration);
    LogRecord record = new LogRecord();
    for (List<RawFiles.Raw> chain : new RawFiles(files, root, HistoryJob.ITEM_CHANGES).chains().values()) {
      for (RawFiles.Raw raw : chain) {
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(raw.path()))) {
          while (reader.next(NullWritable.get(), record)) {
            visit.record(record.key, record.value, record.timestamp);
          }
        }
      }
    }
  }
}
