package io.vitrina.border;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one visitor after the other, by sorting key, become rows of the history: each event once, in sessions
 * (border/history.hpp). Threads: one. Lifetime: {@code close} it. Errors: {@link BorderException}.
 */
public final class VisitorHistory implements AutoCloseable {
  /** Where a record comes from: the log, a day of the history that is written anew, or another day, of which no bytes are given. */
  public enum Standing {
    NEW,
    OLD,
    WITNESS
  }

  public record Row(int day, long time, byte[] id, byte[] record) {}

  /** {@code disturbed} are days of witnesses that have to be written anew too. */
  public record Answer(List<Row> rows, List<Integer> disturbed) {}

  private static final int BATCH_BYTES = 1 << 20;

  private final Packing batch = new Packing();
  private final List<Row> rows = new ArrayList<>();
  private final List<Integer> disturbed = new ArrayList<>();
  private long handle = NativeLesson.openHistory();

  public void add(byte[] sortingKey, Standing standing, byte[] record) {
    batch.add(sortingKey).add(new byte[] {(byte) standing.ordinal()}).add(record);
    if (batch.size() >= BATCH_BYTES) {
      cross(false);
    }
  }

  /** What is settled by now; everything, where the visitor has no more records. */
  public Answer take(boolean last) {
    if (last) {
      cross(true);
    }
    Answer answer = new Answer(List.copyOf(rows), List.copyOf(disturbed));
    rows.clear();
    disturbed.clear();
    return answer;
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeLesson.closeHistory(handle);
    }
    handle = 0;
  }

  private void cross(boolean last) {
    Packed packed = new Packed(NativeLesson.addToHistory(handle, batch.take(), last));
    for (byte[] day = packed.next(); day != null; day = packed.next()) {
      rows.add(new Row((int) number(day), number(packed.next()), packed.next(), packed.next()));
    }
    while (packed.hasNext()) {
      disturbed.add((int) number(packed.next()));
    }
  }

  private static long number(byte[] bytes) {
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.length == Long.BYTES ? little.getLong() : little.getInt();
  }
}
