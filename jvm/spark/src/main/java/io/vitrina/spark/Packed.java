package io.vitrina.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The parts of what {@link io.vitrina.border.Packing} packed. */
final class Packed {
  private Packed() {}

  static List<byte[]> parts(byte[] packed) {
    ByteBuffer bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> parts = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] part = new byte[bytes.getInt()];
      bytes.get(part);
      parts.add(part);
    }
    return parts;
  }
}
