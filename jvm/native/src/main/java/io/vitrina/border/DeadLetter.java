package io.vitrina.border;

import java.nio.charset.StandardCharsets;

/**
 * A record that could not be folded, where it stands, why, and the state that it met (null for none; hot and cold one after the other).
 * Its bytes are made by the core (border/records.hpp); parts that are too long for a broker are cut there.
 */
public record DeadLetter(
    String topic, int partition, long offset, long timestamp, String code, String reason, byte[] key, byte[] record, byte[] state) {
  public byte[] encoded() {
    byte[][] texts = {utf8(topic), utf8(code), utf8(reason), key, record, state};
    return Native.deadLetter(partition, offset, timestamp, texts);
  }

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
