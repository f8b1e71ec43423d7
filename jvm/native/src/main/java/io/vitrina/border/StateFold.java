package io.vitrina.border;

import java.util.ArrayList;
import java.util.List;

/**
 * Records of one visitor after the other, by time and id, become pieces of states (border/shop_states.hpp).
 *
 * <p>Threads: one. Lifetime: {@code close} it. Errors: {@link BorderException}.
 */
public final class StateFold implements AutoCloseable {
  private long handle;

  public StateFold(byte[] configuration) {
    handle = NativeJobs.openFold(configuration);
  }

  /** What is settled by these records; everything, where they are the last. */
  public List<Keyed> add(List<byte[]> records, boolean last) {
    Packed parts = new Packed(NativeJobs.fold(handle, Packing.of(records), last));
    List<Keyed> pieces = new ArrayList<>();
    while (parts.hasNext()) {
      pieces.add(new Keyed(parts.next(), parts.next()));
    }
    return pieces;
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeJobs.closeFold(handle);
    }
    handle = 0;
  }
}
