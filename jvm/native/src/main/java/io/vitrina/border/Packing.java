package io.vitrina.border;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes what border/packing.hpp packs: (length u32 little-endian, bytes)*. Threads: one at a time. */
public final class Packing {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public Packing add(byte[] part) {
    return add(part, 0, part.length);
  }

  public Packing add(byte[] from, int offset, int length) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(length >>> shift & 0xff);
    }
    bytes.write(from, offset, length);
    return this;
  }

  public int size() {
    return bytes.size();
  }

  /** What was added, and begins anew. */
  public byte[] take() {
    byte[] packed = bytes.toByteArray();
    bytes.reset();
    return packed;
  }

  public static byte[] of(List<byte[]> parts) {
    Packing packing = new Packing();
    parts.forEach(packing::add);
    return packing.take();
  }
}
