package io.vitrina.border;

import java.util.List;

/** The half-steps of iALS over blocks of bytes (border/ials_blocks.hpp). Functions are pure, on any thread. */
public final class Ials {
  private Ials() {}

  public static byte[] gram(byte[] factors) {
    return NativeLesson.gram(factors);
  }

  /** {@code grams} in the order of their blocks. */
  public static byte[] basis(List<byte[]> grams) {
    return NativeLesson.basis(Packing.of(grams));
  }

  public static byte[] turned(byte[] factors, byte[] basis) {
    return NativeLesson.turned(factors, basis);
  }

  /** The factors of a block of rows, and their Gram matrix. */
  public record Solved(byte[] factors, byte[] gram) {}

  /**
   * Rows of one side against the whole other side, which stands still: {@link #add} its blocks in order, then {@link #solve} blocks of
   * pairs.
   *
   * <p>Threads: one. Lifetime: {@code close} it; it holds the whole still side, outside of the heap.
   */
  public static final class HalfStep implements AutoCloseable {
    private long handle;

    /** {@code configuration} is the JSON of border/lesson.hpp, {@code basis} that of the side that stands still. */
    public HalfStep(byte[] configuration, byte[] basis) {
      handle = NativeLesson.openHalfStep(configuration, basis);
    }

    public void add(byte[] factors) {
      NativeLesson.addToHalfStep(handle, factors);
    }

    public Solved solve(byte[] pairs) {
      Packed parts = new Packed(NativeLesson.solve(handle, pairs));
      return new Solved(parts.next(), parts.next());
    }

    @Override
    public void close() {
      if (handle != 0) {
        NativeLesson.closeHalfStep(handle);
      }
      handle = 0;
    }
  }
}
