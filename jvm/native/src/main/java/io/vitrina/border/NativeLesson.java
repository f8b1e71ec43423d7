package io.vitrina.border;

/** History and training: the methods of jvm/native/lesson_jni.cpp, one for one, under the rules of {@link Native}. */
final class NativeLesson {
  static {
    // The library is loaded by Native alone: registering these methods initialises this class while it is.
    Native.load();
  }

  private NativeLesson() {}

  static native byte[] historyRecord(long border, byte[] key, byte[] event, long appendedAt);

  static native byte[] sortingKey(byte[] group, long time, byte[] id);

  static native long openHistory();

  static native void closeHistory(long handle);

  static native byte[] addToHistory(long handle, byte[] records, boolean last);

  static native long openLesson(byte[] configuration);

  static native void closeLesson(long handle);

  static native void add(long handle, byte[] entries, byte[] records);

  static native long assemble(long handle);

  static native byte[] piece(long handle, long offset, int length);

  static native void takeHistory(long handle, byte[] next);

  static native int blocks(long handle, int kind);

  static native byte[] block(long handle, int kind, int number);

  static native byte[] trained(long handle, byte[] factors, byte[] basis, byte[] rows);

  static native byte[] published(byte[] manifest, byte[] path, long fileBytes);

  static native byte[] gram(byte[] factors);

  static native byte[] basis(byte[] grams);

  static native byte[] turned(byte[] factors, byte[] basis);

  static native long openHalfStep(byte[] configuration, byte[] basis);

  static native void closeHalfStep(long handle);

  static native void addToHalfStep(long handle, byte[] factors);

  static native byte[] solve(long handle, byte[] pairs);
}
