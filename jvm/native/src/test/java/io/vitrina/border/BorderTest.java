package io.vitrina.border;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BorderTest {
  private static final byte[] VISITOR = utf8("default/v1");

  private static Border opened() {
    return Border.open(utf8(Wire.SHOPS));
  }

  @Test
  void folds_an_event_and_what_follows_from_it() {
    try (Border border = opened()) {
      EventFold fold = border.foldEvent(VISITOR, null, null, Wire.event(10, "e1", NOON, "v1", "u1", "MUG"), NOON);
      assertEquals(Verdict.FOLDED, fold.verdict());
      assertNotNull(fold.hot());
      assertNotNull(fold.cold());
      assertEquals(24, border.eventStoreKey(VISITOR).length);
      assertEquals(1, fold.facts().size());
      Keyed facts = fold.facts().get(0);
      assertTrue(border.foldFacts(facts.key(), null, facts.value()).length > 0);
      assertEquals(1, fold.deltas().size());
      Keyed delta = fold.deltas().get(0);
      assertTrue(border.foldDelta(delta.key(), null, delta.value()).length > 0);
    }
  }

  @Test
  void says_nothing_where_a_state_stays_as_it_is() {
    try (Border border = opened()) {
      byte[] event = Wire.event(3, "e1", NOON, "v1", "", "MUG");
      byte[] hot = border.foldEvent(VISITOR, null, null, event, NOON).hot();
      EventFold again = border.foldEvent(VISITOR, hot, null, event, NOON + 5);
      assertEquals(Verdict.DUPLICATE, again.verdict());
      assertNull(again.hot());
      assertNull(again.cold());
    }
  }

  @Test
  void folds_changes_of_an_item_in_any_order() {
    try (Border border = opened()) {
      byte[] key = utf8("default/MUG");
      byte[] first = Wire.put("MUG", NOON, "a", "Mug");
      byte[] second = Wire.put("MUG", NOON, "b", "Red mug");
      byte[] forth = border.foldItemChange(key, border.foldItemChange(key, null, first, NOON), second, NOON);
      byte[] back = border.foldItemChange(key, border.foldItemChange(key, null, second, NOON), first, NOON);
      assertArrayEquals(forth, back);
    }
  }

  @Test
  void says_our_own_mistakes_as_a_bug() {
    BorderException bug = assertThrows(BorderException.class, Native::breakInvariant);
    assertEquals("bug", bug.code());
    assertEquals("broken on purpose", bug.getMessage());
    assertTrue(bug.isBug());
  }

  @Test
  void agrees_with_kafka_on_every_vector_of_murmur2() throws IOException {
    int read = 0;
    for (String line : Files.readAllLines(Path.of("tests/vectors/murmur2.txt"))) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split(" ");
      byte[] key = fields[0].equals("-") ? new byte[0] : HexFormat.of().parseHex(fields[0]);
      int hash = Border.murmur2(key);
      assertEquals(Integer.parseUnsignedInt(fields[1]), hash, line);
      assertEquals(Integer.parseInt(fields[2]), (hash & 0x7fffffff) % 12, line);
      read++;
    }
    assertTrue(read >= 30);
  }
}
