package io.vitrina.history;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** The history as Parquet, zstd. {@code record} are the core's bytes; nothing else is typed here. */
final class Rows {
  private static final long ROW_GROUP_BYTES = 32L << 20;
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message history { required binary shop (STRING); required int32 day (DATE); required binary visitor (STRING);"
              + " required int64 time (TIMESTAMP(MILLIS,true)); required binary id (STRING); required binary record; }");

  /** What a witness is asked for. */
  private static final String WITNESS =
      "message history { required binary shop (STRING); required binary visitor (STRING);"
          + " required int64 time (TIMESTAMP(MILLIS,true)); required binary id (STRING); }";

  private Rows() {}

  static ParquetWriter<Group> writer(Configuration configuration, Path path) throws IOException {
    return ExampleParquetWriter.builder(path)
        .withConf(configuration)
        .withType(SCHEMA)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .build();
  }

  static Group row(Day day, String visitor, long time, byte[] id, byte[] record) {
    Group row = new SimpleGroup(SCHEMA);
    row.add("shop", day.shop());
    row.add("day", day.number());
    row.add("visitor", visitor);
    row.add("time", time);
    row.add("id", Binary.fromConstantByteArray(id));
    row.add("record", Binary.fromConstantByteArray(record));
    return row;
  }

  static ParquetReader<Group> reader(Configuration configuration, Path path, boolean withRecords) throws IOException {
    Configuration asked = new Configuration(configuration);
    asked.set(ReadSupport.PARQUET_READ_SCHEMA, withRecords ? SCHEMA.toString() : WITNESS);
    return ParquetReader.builder(new GroupReadSupport(), path).withConf(asked).build();
  }
}
