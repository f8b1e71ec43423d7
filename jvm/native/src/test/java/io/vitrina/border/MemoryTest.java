package io.vitrina.border;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Opening and closing, folding and failing leave nothing behind. */
class MemoryTest {
  private static void rounds(int count) {
    byte[] event = Wire.event(10, "e1", NOON, "v1", "u1", "MUG");
    byte[] key = utf8("default/v1");
    for (int i = 0; i < count; i++) {
      try (Border border = Border.open(utf8(Wire.SHOPS))) {
        border.foldEvent(key, null, null, event, NOON);
        try {
          border.foldEvent(key, event, null, event, NOON);
        } catch (BorderException refused) {
          // A state that is none; its message was made and must be gone.
        }
      }
    }
  }

  private static long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status names no VmRSS");
  }

  @Test
  void stays_flat_over_ten_thousand_rounds() throws IOException {
    rounds(5_000); // the compiler and the heap find their size
    System.gc();
    long before = residentKib();
    rounds(10_000);
    System.gc();
    long grown = residentKib() - before;
    System.out.printf("10,000 rounds of open, fold, fail and close: %+d KiB resident%n", grown);
    // A leak of one border (keyed secret, shops) a round would be 10 MiB and more.
    assertTrue(grown < 8 * 1024, "grew by " + grown + " KiB");
  }
}
