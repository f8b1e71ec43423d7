package io.vitrina.border;

/** Evaluation, states and batches: the methods of jvm/native/jobs_jni.cpp, one for one, under the rules of {@link Native}. */
final class NativeJobs {
  static {
    // The library is loaded by Native alone: registering these methods initialises this class while it is.
    Native.load();
  }

  private NativeJobs() {}

  static native long openEvaluation(byte[] configuration);

  static native void closeEvaluation(long handle);

  static native void addToEvaluation(long handle, byte[] entries, byte[] records);

  static native int cuts(long handle);

  static native byte[] evaluated(long handle, int cut);

  static native byte[] joined(byte[] cuts);

  static native long openFold(byte[] configuration);

  static native void closeFold(long handle);

  static native byte[] fold(long handle, byte[] records, boolean last);

  static native long openMerge(byte[] configuration);

  static native void closeMerge(long handle);

  static native byte[] merge(long handle, byte[] pieces, boolean last);

  static native long openBatch(byte[] configuration);

  static native void closeBatch(long handle);

  static native void addToBatch(long handle, byte[] entries, byte[] items, byte[] model, byte[] manifest);

  static native byte[] answers(long handle, byte[] people);
}
