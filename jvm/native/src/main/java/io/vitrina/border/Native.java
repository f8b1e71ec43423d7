package io.vitrina.border;

/**
 * The methods of the native library, one for one (jvm/native/border_jni.cpp). Only classes of this package call them: a handle is a
 * pointer, so whoever holds one must neither make it up nor use it after {@code close}.
 */
final class Native {
  static {
    NativeLibrary.load();
  }

  private Native() {}

  /** Does nothing but that this class is initialised then. */
  static void load() {}

  static native long open(byte[] configuration);

  static native void close(long handle);

  static native byte[] eventStoreKey(long handle, byte[] key);

  static native byte[] foldEvent(long handle, byte[] key, byte[] hot, byte[] cold, byte[] event, long appendedAt);

  static native byte[] foldFacts(long handle, byte[] key, byte[] state, byte[] facts);

  static native byte[] foldDelta(long handle, byte[] key, byte[] state, byte[] delta);

  static native byte[] foldItemChange(long handle, byte[] key, byte[] entry, byte[] change, long appendedAt);

  static native byte[] foldSuccess(long handle, byte[] key, byte[] shopper, byte[] event, long appendedAt);

  static native byte[] foldShopperRecords(long handle, byte[] key, byte[] shopper, byte[] records);

  static native byte[] foldSuccessDeltas(long handle, byte[] key, byte[] state, byte[] deltas);

  static native byte[] deadLetter(int partition, long offset, long timestamp, byte[][] texts);

  static native int murmur2(byte[] key);

  static native byte[] echo(byte[] bytes);

  static native void breakInvariant();
}
