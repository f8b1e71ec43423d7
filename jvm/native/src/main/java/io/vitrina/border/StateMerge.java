package io.vitrina.border;

import java.util.ArrayList;
import java.util.List;

/**
 * Pieces of states by key, then value, become blocks of people and of items (border/shop_states.hpp).
 *
 * <p>Threads: one. Lifetime: {@code close} it. Errors: {@link BorderException}.
 */
public final class StateMerge implements AutoCloseable {
  public record Blocks(List<byte[]> people, List<byte[]> items) {}

  private long handle;

  public StateMerge(byte[] configuration) {
    handle = NativeJobs.openMerge(configuration);
  }

  /** Blocks that are full; all, where these pieces are the last. {@code pieces} as {@link Packing} packs keys and values. */
  public Blocks add(byte[] pieces, boolean last) {
    Packed parts = new Packed(NativeJobs.merge(handle, pieces, last));
    Blocks blocks = new Blocks(new ArrayList<>(), new ArrayList<>());
    for (byte[] block = parts.next(); block != null; block = parts.next()) {
      blocks.people().add(block);
    }
    while (parts.hasNext()) {
      blocks.items().add(parts.next());
    }
    return blocks;
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeJobs.closeMerge(handle);
    }
    handle = 0;
  }
}
