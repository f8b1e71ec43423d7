package io.vitrina.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.hadoop.io.Text;

/** Offsets {@code from} to {@code to} (not included) of one partition: what one raw file holds. */
record LogRange(String topic, int partition, long from, long to) {
  long length() {
    return to - from;
  }

  void write(DataOutput out) throws IOException {
    Text.writeString(out, topic);
    out.writeInt(partition);
    out.writeLong(from);
    out.writeLong(to);
  }

  static LogRange read(DataInput in) throws IOException {
    return new LogRange(Text.readString(in), in.readInt(), in.readLong(), in.readLong());
  }

  @Override
  public String toString() {
    return topic + "-" + partition + " " + from + " to " + to;
  }
}
