package io.vitrina.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.WritableComparator;
import org.apache.hadoop.mapreduce.Partitioner;

/** The visitor within a sorting key (border/history.hpp): length u16 big-endian, then {@code <shop>/<visitor_id>}. */
final class Group {
  private Group() {}

  static byte[] of(byte[] sortingKey) {
    return Arrays.copyOfRange(sortingKey, 2, 2 + length(sortingKey, 0));
  }

  private static int length(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  static String shop(byte[] group) {
    return new String(group, 0, slash(group), StandardCharsets.UTF_8);
  }

  static String visitor(byte[] group) {
    int slash = slash(group);
    return new String(group, slash + 1, group.length - slash - 1, StandardCharsets.UTF_8);
  }

  private static int slash(byte[] group) {
    for (int i = 0; i < group.length; i++) {
      if (group[i] == '/') {
        return i;
      }
    }
    throw new IllegalArgumentException("a key without a shop came past the core");
  }

  /** Sends a visitor's records to one reducer. */
  public static final class ByVisitor extends Partitioner<BytesWritable, BytesWritable> {
    @Override
    public int getPartition(BytesWritable key, BytesWritable value, int reducers) {
      int hash = WritableComparator.hashBytes(key.getBytes(), 0, 2 + length(key.getBytes(), 0));
      return (hash & Integer.MAX_VALUE) % reducers;
    }
  }

  /** Calls the reducer once a visitor, with the values in the order of whole sorting keys. */
  public static final class Visitors extends WritableComparator {
    public Visitors() {
      super(BytesWritable.class);
    }

    @Override
    public int compare(byte[] a, int aAt, int aLength, byte[] b, int bAt, int bLength) {
      // Four bytes of BytesWritable's own length stand first.
      return compareBytes(a, aAt + 4, 2 + length(a, aAt + 4), b, bAt + 4, 2 + length(b, bAt + 4));
    }
  }
}
