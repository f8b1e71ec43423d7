package io.vitrina.border;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

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

  /** As many records as the number before them says. */
  List<Keyed> records() {
    List<Keyed> records = new ArrayList<>();
    for (int count = number(); count > 0; --count) {
      records.add(new Keyed(next(), next()));
    }
    return records;
  }

  /** All records to the end. */
  List<Keyed> otherRecords() {
    List<Keyed> records = new ArrayList<>();
    while (hasNext()) {
      records.add(new Keyed(next(), next()));
    }
    return records;
  }

  int number() {
    bytes.getInt(); // its length, four
    return bytes.getInt();
  }
}
