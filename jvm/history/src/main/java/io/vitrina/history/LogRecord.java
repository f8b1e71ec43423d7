package io.vitrina.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.hadoop.io.Writable;

/** A record of a topic as it came: what a raw file holds. Key and value are empty where Kafka had none. */
public final class LogRecord implements Writable {
  private static final int BYTES_MAX = 64 << 20;

  long offset;
  long timestamp;
  byte[] key = {};
  byte[] value = {};

  LogRecord set(long offset, long timestamp, byte[] key, byte[] value) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.key = key == null ? new byte[0] : key;
    this.value = value == null ? new byte[0] : value;
    return this;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(offset);
    out.writeLong(timestamp);
    out.writeInt(key.length);
    out.write(key);
    out.writeInt(value.length);
    out.write(value);
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    offset = in.readLong();
    timestamp = in.readLong();
    key = read(in);
    value = read(in);
  }

  private static byte[] read(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > BYTES_MAX) {
      throw new IOException("a raw record says that it has " + length + " bytes; the file is damaged");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
