package io.vitrina.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.junit.jupiter.api.Test;

class LogSplitTest {
  private static LogRange range(int partition, long length) {
    return new LogRange("events", partition, 1000, 1000 + length);
  }

  @Test
  void takes_as_many_ranges_as_fit_and_a_longer_one_alone() {
    List<LogRange> ranges = List.of(range(0, 5), range(1, 4), range(2, 2), range(3, 30), range(4, 1), range(5, 9));
    List<List<Integer>> partitions =
        LogSplit.packed(ranges, 10).stream().map(split -> split.ranges.stream().map(LogRange::partition).toList()).toList();
    assertEquals(List.of(List.of(0, 1), List.of(2), List.of(3), List.of(4, 5)), partitions);
    assertEquals(List.of(), LogSplit.packed(List.of(), 10));
  }

  @Test
  void arrives_at_its_task_as_it_was_sent() throws IOException {
    LogSplit sent = new LogSplit(List.of(range(0, 5), new LogRange("item-changes", 7, 0, Long.MAX_VALUE)));
    DataOutputBuffer bytes = new DataOutputBuffer();
    sent.write(bytes);
    DataInputBuffer in = new DataInputBuffer();
    in.reset(bytes.getData(), bytes.getLength());
    LogSplit came = new LogSplit();
    came.readFields(in);
    assertEquals(sent.ranges, came.ranges);
  }
}
