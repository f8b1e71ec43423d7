package io.vitrina.border;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads what border/packing.hpp packs: (length u32, bytes)*, little-endian, the length −1 for "nothing". */
final class Packed {
  private final ByteBuffer bytes;

  Packed(byte[] packed) {
    bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
  }

  boolean hasNext() {
    return bytes.hasRemaining();
  }

  byte[] next() {
    int length = bytes.getInt();
    if (length == -1) {
      return null;
    }
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }

  int number() {
    bytes.getInt(); // its length, four
    return bytes.getInt();
  }
}
