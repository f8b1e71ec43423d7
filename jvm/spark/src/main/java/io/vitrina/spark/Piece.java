package io.vitrina.spark;

import io.vitrina.border.Border;
import io.vitrina.border.Keyed;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.Partitioner;

/** A piece of a state on its way through a shuffle: by key, then value, and all of a key in one task. */
record Piece(byte[] key, byte[] value) implements Comparable<Piece>, Serializable {
  Piece(Keyed keyed) {
    this(keyed.key(), keyed.value());
  }

  @Override
  public int compareTo(Piece other) {
    int byKey = Arrays.compareUnsigned(key, other.key);
    return byKey != 0 ? byKey : Arrays.compareUnsigned(value, other.value);
  }

  static final class ByKey extends Partitioner {
    private static final long serialVersionUID = 1;
    private final int slices;

    ByKey(int slices) {
      this.slices = slices;
    }

    @Override
    public int numPartitions() {
      return slices;
    }

    @Override
    public int getPartition(Object piece) {
      return (Border.murmur2(((Piece) piece).key()) & 0x7fffffff) % slices;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByKey by && by.slices == slices;
    }

    @Override
    public int hashCode() {
      return slices;
    }
  }
}
