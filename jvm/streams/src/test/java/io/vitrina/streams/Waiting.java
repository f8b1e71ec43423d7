package io.vitrina.streams;

/** How checks wait, and what they insist on. */
final class Waiting {
  static final long PATIENCE_MS = 240_000;

  interface Condition {
    boolean holds() throws Exception;
  }

  private Waiting() {}

  static void until(String what, Condition condition) throws Exception {
    for (long end = System.currentTimeMillis() + PATIENCE_MS; !condition.holds(); Thread.sleep(100)) {
      require(System.currentTimeMillis() < end, "not within " + PATIENCE_MS / 1000 + " s: " + what);
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
