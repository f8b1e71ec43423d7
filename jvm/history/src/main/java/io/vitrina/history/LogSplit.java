package io.vitrina.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputSplit;

/** Offsets {@code from} to {@code to} (not included) of one partition: a task's share of the log. */
public final class LogSplit extends InputSplit implements Writable {
  String topic = "";
  int partition;
  long from;
  long to;

  public LogSplit() {}

  LogSplit(String topic, int partition, long from, long to) {
    this.topic = topic;
    this.partition = partition;
    this.from = from;
    this.to = to;
  }

  @Override
  public long getLength() {
    return to - from;
  }

  @Override
  public String[] getLocations() {
    return new String[0];
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Text.writeString(out, topic);
    out.writeInt(partition);
    out.writeLong(from);
    out.writeLong(to);
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    topic = Text.readString(in);
    partition = in.readInt();
    from = in.readLong();
    to = in.readLong();
  }

  @Override
  public String toString() {
    return topic + "-" + partition + " " + from + " to " + to;
  }
}
