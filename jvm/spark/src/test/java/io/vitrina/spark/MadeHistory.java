package io.vitrina.spark;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;

import io.vitrina.border.Border;
import io.vitrina.border.HistoryRecord;
import io.vitrina.border.Wire;
import io.vitrina.history.LogRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Items, and views of some visitors over a month, as the job of jvm/history leaves them. */
final class MadeHistory {
  private static final StructType SCHEMA =
      new StructType()
          .add("day", DataTypes.IntegerType)
          .add("visitor", DataTypes.StringType)
          .add("time", DataTypes.TimestampType)
          .add("id", DataTypes.StringType)
          .add("record", DataTypes.BinaryType);

  private static final int ITEMS = 400;

  final List<byte[]> records = new ArrayList<>();
  final List<byte[]> entries = new ArrayList<>(); // of the catalogue
  private final List<Row> rows = new ArrayList<>();

  MadeHistory(int events, int visitors) {
    Random random = new Random(1);
    String shops = "{\"shops\": {\"default\": \"" + "0".repeat(64) + "\"}}";
    try (Border border = Border.open(utf8(shops))) {
      for (int item = 0; item < ITEMS; item++) {
        entries.add(border.foldItemChange(utf8("default/i" + item), null, Wire.put("i" + item, NOON, "c", "a thing"), NOON));
      }
      for (int i = 0; i < events; i++) {
        String visitor = "v" + random.nextInt(visitors);
        long time = NOON + random.nextInt(30 * 24) * 3_600_000L;
        byte[] event = Wire.view(visitor, "e" + i, time, "i" + random.nextInt(50) * random.nextInt(9));
        HistoryRecord record = border.historyRecord(utf8("default/" + visitor), event, NOON + 60 * DAY);
        records.add(record.record());
        rows.add(RowFactory.create(1, visitor, new Timestamp(time), "e" + i, record.record()));
      }
    }
  }

  static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }

  /** In so many files. */
  void write(SparkSession spark, String root, int parts) throws IOException {
    spark.createDataFrame(rows, SCHEMA).repartition(parts).write().mode(SaveMode.Overwrite).parquet(root + "/history/run-000000001/shop=default/day=2026-01-05");
    Path manifests = Files.createDirectories(Path.of(root, "history", "manifests"));
    Files.writeString(manifests.resolve("000000001"), "vitrina history 1\nday default 2026-01-05 run-000000001 0=100\n");
    writeItems(spark, root);
  }

  /** The raw file of changes that put the items. */
  private static void writeItems(SparkSession spark, String root) throws IOException {
    var path = new org.apache.hadoop.fs.Path(root + "/raw/item-changes/0/0000000000000000000-0000000000000000400.seq");
    try (SequenceFile.Writer out =
        SequenceFile.createWriter(
            spark.sparkContext().hadoopConfiguration(),
            SequenceFile.Writer.file(path),
            SequenceFile.Writer.keyClass(NullWritable.class),
            SequenceFile.Writer.valueClass(LogRecord.class))) {
      for (int item = 0; item < ITEMS; item++) {
        out.append(NullWritable.get(), record(item, utf8("default/i" + item), Wire.put("i" + item, NOON, "c", "a thing")));
      }
    }
  }

  private static LogRecord record(long offset, byte[] key, byte[] value) throws IOException {
    DataOutputBuffer bytes = new DataOutputBuffer();
    bytes.writeLong(offset);
    bytes.writeLong(NOON);
    bytes.writeInt(key.length);
    bytes.write(key);
    bytes.writeInt(value.length);
    bytes.write(value);
    LogRecord record = new LogRecord();
    DataInputBuffer in = new DataInputBuffer();
    in.reset(bytes.getData(), bytes.getLength());
    record.readFields(in);
    return record;
  }
}
