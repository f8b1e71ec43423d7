package io.vitrina.border;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** For the tests of all modules: the few fields of proto/event.proto and proto/item.proto that they send, written by hand. */
public final class Wire {
  public static final long NOON = 1_767_268_800_000L; // 2026-01-01
  public static final long DAY = 86_400_000L;
  static final String SHOPS = "{\"shops\": {\"default\": \"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"}}";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A view_item (kind 3) or purchase (10) of one item. */
  public static byte[] event(int kind, String id, long time, String visitor, String user, String item) {
    Wire wire = new Wire().number(1, kind).text(2, id).signed(3, time).signed(4, time).text(5, visitor).text(6, user);
    wire.part(7, new Wire().text(1, item).number(2, 1).signed(3, 2_000_000).done());
    if (kind == 10) {
      wire.text(8, "order-" + id);
    }
    return wire.done();
  }

  /** By somebody who has not signed in. */
  public static byte[] view(String visitor, String id, long time, String item) {
    return event(3, id, time, visitor, "", item);
  }

  public static byte[] put(String item, long time, String change, String title) {
    return new Wire().number(1, 1).text(2, item).signed(3, time).text(4, change).part(5, new Wire().text(2, title).done()).done();
  }

  Wire number(int field, long value) {
    varint((long) field << 3);
    return varint(value);
  }

  Wire signed(int field, long value) {
    return number(field, value << 1 ^ value >> 63);
  }

  Wire text(int field, String text) {
    return part(field, utf8(text));
  }

  Wire part(int field, byte[] part) {
    varint((long) field << 3 | 2);
    varint(part.length);
    bytes.writeBytes(part);
    return this;
  }

  byte[] done() {
    return bytes.toByteArray();
  }

  private Wire varint(long value) {
    for (; (value & ~0x7fL) != 0; value >>>= 7) {
      bytes.write((int) (value & 0x7f | 0x80));
    }
    bytes.write((int) value);
    return this;
  }
}
