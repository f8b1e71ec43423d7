package io.vitrina.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputSplit;

/** A task's share of the log: ranges of any partitions, so that many short ones do not each pay for a task. */
public final class LogSplit extends InputSplit implements Writable {
  List<LogRange> ranges = List.of();

  public LogSplit() {}

  LogSplit(List<LogRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** Ranges in their order, as many to a split as fit into {@code records}; one that is longer is a split of its own. */
  static List<LogSplit> packed(List<LogRange> ranges, long records) {
    List<LogSplit> splits = new ArrayList<>();
    List<LogRange> next = new ArrayList<>();
    long filled = 0;
    for (LogRange range : ranges) {
      if (!next.isEmpty() && filled + range.length() > records) {
        splits.add(new LogSplit(next));
        next.clear();
        filled = 0;
      }
      next.add(range);
      filled += range.length();
    }
    if (!next.isEmpty()) {
      splits.add(new LogSplit(next));
    }
    return splits;
  }

  @Override
  public long getLength() {
    return ranges.stream().mapToLong(LogRange::length).sum();
  }

  @Override
  public String[] getLocations() {
    return new String[0];
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(ranges.size());
    for (LogRange range : ranges) {
      range.write(out);
    }
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    List<LogRange> read = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      read.add(LogRange.read(in));
    }
    ranges = read;
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
