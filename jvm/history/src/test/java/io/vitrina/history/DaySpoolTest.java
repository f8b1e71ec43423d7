package io.vitrina.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vitrina.border.VisitorHistory.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaySpoolTest {
  @TempDir Path folder;

  private static String text(String visitor, Row row) {
    return visitor + " " + row.day() + " " + row.time() + " " + new String(row.id()) + " " + new String(row.record());
  }

  private void keeps_the_rows_of_each_day_in_their_order(int bytesMax) throws IOException {
    Random random = new Random(bytesMax);
    Map<Day, List<String>> expected = new TreeMap<>();
    try (DaySpool spool = new DaySpool(folder, bytesMax)) {
      for (int i = 0; i < 2000; i++) {
        Day day = new Day("shop-" + random.nextInt(2), random.nextInt(20));
        Row row = new Row(day.number(), i - 1000, ("e" + i).getBytes(), "x".repeat(random.nextInt(40)).getBytes());
        spool.add(day, "посетитель " + i / 9, row);
        expected.computeIfAbsent(day, d -> new ArrayList<>()).add(text("посетитель " + i / 9, row));
      }
      assertEquals(List.copyOf(expected.keySet()), List.copyOf(spool.days()));
      for (Day day : spool.days()) {
        List<String> found = new ArrayList<>();
        spool.drain(day, (visitor, row) -> found.add(text(visitor, row)));
        assertEquals(expected.get(day), found);
        spool.drain(day, (visitor, row) -> found.clear());
        assertFalse(found.isEmpty());
      }
    }
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void keeps_the_rows_of_each_day_in_their_order_in_memory_and_on_disk() throws IOException {
    for (int bytesMax : new int[] {0, 10, 3000, 1 << 20}) {
      keeps_the_rows_of_each_day_in_their_order(bytesMax);
    }
  }
}
