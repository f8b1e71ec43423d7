package io.vitrina.spark;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** For tests, as in jvm/history: views of items as proto/event.proto writes them. */
final class Events {
  static final long NOON = 1_767_268_800_000L; // 2026-01-01
  static final long DAY = 86_400_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] view(String visitor, String id, long time, String item) {
    Events event = new Events().number(1, 3).part(2, utf8(id)).number(3, time << 1).number(4, time << 1).part(5, utf8(visitor));
    return event.part(7, new Events().part(1, utf8(item)).number(2, 1).bytes.toByteArray()).bytes.toByteArray();
  }

  private Events number(int field, long value) {
    return varint((long) field << 3).varint(value);
  }

  private Events part(int field, byte[] part) {
    varint((long) field << 3 | 2).varint(part.length);
    bytes.writeBytes(part);
    return this;
  }

  private Events varint(long value) {
    for (; (value & ~0x7fL) != 0; value >>>= 7) {
      bytes.write((int) (value & 0x7f | 0x80));
    }
    bytes.write((int) value);
    return this;
  }
}
