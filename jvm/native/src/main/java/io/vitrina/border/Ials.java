package io.vitrina.border;

import java.util.List;

/** The half-steps of iALS over blocks of bytes, and sums of counts (border/ials_blocks.hpp). Pure functions, any thread. */
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

  /** The factors of the rows of {@code pairs}, against all turned blocks of the other side. */
  public static byte[] solved(byte[] configuration, List<byte[]> still, byte[] basis, byte[] pairs) {
    return NativeLesson.solved(configuration, Packing.of(still), basis, pairs);
  }

  public static byte[] addedCounts(List<byte[]> counts) {
    return NativeLesson.addedCounts(Packing.of(counts));
  }
}
