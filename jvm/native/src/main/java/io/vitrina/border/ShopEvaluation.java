package io.vitrina.border;

import java.util.List;

/**
 * The evaluation of a shop's history, a cut at a time (border/shop_evaluation.hpp).
 *
 * <p>Threads: one. Lifetime: {@code close} it; its memory is not the garbage collector's. Errors: {@link BorderException}.
 */
public final class ShopEvaluation implements AutoCloseable {
  /** As {@code vitrina evaluate} prints it, with {@code --json} and without. */
  public record Report(byte[] json, byte[] table) {}

  private long handle;

  public ShopEvaluation(byte[] configuration) {
    handle = NativeJobs.openEvaluation(configuration);
  }

  public void addEntries(List<byte[]> entries) {
    NativeJobs.addToEvaluation(handle, Packing.of(entries), null);
  }

  /** Records of the history, in any order. */
  public void addRecords(List<byte[]> records) {
    NativeJobs.addToEvaluation(handle, null, Packing.of(records));
  }

  /** How many there are, whatever the data. */
  public int cuts() {
    return NativeJobs.cuts(handle);
  }

  /** The figures of one cut, for {@link #joined}. */
  public byte[] evaluated(int cut) {
    return NativeJobs.evaluated(handle, cut);
  }

  /** All cuts in their order. */
  public static Report joined(List<byte[]> cuts) {
    Packed parts = new Packed(NativeJobs.joined(Packing.of(cuts)));
    return new Report(parts.next(), parts.next());
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeJobs.closeEvaluation(handle);
    }
    handle = 0;
  }
}
