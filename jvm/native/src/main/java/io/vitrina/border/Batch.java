package io.vitrina.border;

import java.util.List;

/**
 * Recommendations for everybody of a block of people (border/batch.hpp).
 *
 * <p>Threads: one. Lifetime: {@code close} it; its memory is not the garbage collector's. Errors: {@link BorderException}.
 */
public final class Batch implements AutoCloseable {
  private long handle;

  public Batch(byte[] configuration) {
    handle = NativeJobs.openBatch(configuration);
  }

  public void addEntries(List<byte[]> entries) {
    NativeJobs.addToBatch(handle, Packing.of(entries), null, null, null);
  }

  /** A block of items, as {@link StateMerge} makes them. */
  public void addItemStates(byte[] block) {
    NativeJobs.addToBatch(handle, null, block, null, null);
  }

  /** The model file in pieces, then {@link #takeManifest}. */
  public void addModelBytes(byte[] piece) {
    NativeJobs.addToBatch(handle, null, null, piece, null);
  }

  public void takeManifest(byte[] manifest) {
    NativeJobs.addToBatch(handle, null, null, null, manifest);
  }

  /** Lines of JSON for the people of a block; after everything else. */
  public byte[] answers(byte[] people) {
    return NativeJobs.answers(handle, people);
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeJobs.closeBatch(handle);
    }
    handle = 0;
  }
}
