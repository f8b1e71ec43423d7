package io.vitrina.spark;

import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The history of one shop as the newest manifest has it. */
record History(long number, List<String> files) {
  static History newest(Configuration configuration, String root, String shop) throws IOException {
    Path folder = new Path(root);
    FileSystem files = folder.getFileSystem(configuration);
    long number = HistoryFiles.newest(files, folder);
    List<String> rows = number == 0 ? List.of() : HistoryFiles.rows(files, folder, number, shop);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("there is no history of shop " + shop + " in " + root + "; run the history job first");
    }
    return new History(number, rows);
  }

  Dataset<Row> rows(SparkSession spark) {
    return spark.read().parquet(files.toArray(new String[0]));
  }
}
