package io.vitrina.border;

/** A record of the topic of events as the history takes it: by what it is sorted, on which day (since 1970) it stands, its bytes. */
public record HistoryRecord(byte[] sortingKey, int day, byte[] record) {
  static HistoryRecord read(byte[] packed) {
    Packed parts = new Packed(packed);
    byte[] key = parts.next();
    int day = parts.number();
    return new HistoryRecord(key, day, parts.next());
  }

  /** The sorting key of an event whose record is not at hand. {@code group} is {@code <shop>/<visitor_id>}. */
  public static byte[] sortingKey(byte[] group, long time, byte[] id) {
    return NativeLesson.sortingKey(group, time, id);
  }
}
