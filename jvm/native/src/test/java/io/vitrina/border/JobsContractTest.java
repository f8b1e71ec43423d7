package io.vitrina.border;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** States, batches and evaluations with what no job should send: they answer, or throw a BorderException, and the process lives. */
class JobsContractTest {
  private static final byte[] STATES = utf8("{\"through\": " + (NOON + Wire.DAY) + "}");
  private static final byte[] BATCH = utf8("{\"placement\": \"home\", \"now\": " + (NOON + Wire.DAY) + ", \"people\": \"visitors\"}");
  private static final byte[] EVALUATION = utf8("{\"split\": \"time:0.5\", \"horizon\": \"1d\", \"bootstrap\": 5, \"tasks\": [\"home\"], \"settings\": {\"ials.on\": \"false\"}}");
  private static final Set<String> CODES = Set.of("invalid_input", "corrupt_data", "exhausted");

  private interface Call {
    void with(byte[] bytes);
  }

  /** Records of three visitors, one behind the other, each by time. */
  private static List<byte[]> records() {
    List<byte[]> records = new ArrayList<>();
    try (Border border = Border.open(utf8(Wire.SHOPS))) {
      for (String visitor : List.of("v1", "v2", "v3")) {
        for (int e = 0; e < 20; e++) {
          byte[] event = Wire.event(e % 4 == 3 ? 10 : 3, visitor + "-" + (10 + e), NOON + e * 60_000L, visitor, e % 2 == 0 ? "" : "u" + visitor, "i" + e % 5);
          records.add(border.historyRecord(utf8("default/" + visitor), event, NOON + Wire.DAY).record());
        }
      }
    }
    return records;
  }

  private static List<byte[]> entries() {
    List<byte[]> entries = new ArrayList<>();
    try (Border border = Border.open(utf8(Wire.SHOPS))) {
      for (int item = 0; item < 5; item++) {
        entries.add(border.foldItemChange(utf8("default/i" + item), null, Wire.put("i" + item, NOON, "c", "thing"), NOON));
      }
    }
    return entries;
  }

  private static byte[] packed(List<Keyed> pieces) {
    List<byte[]> parts = new ArrayList<>();
    List<Keyed> sorted = new ArrayList<>(pieces);
    sorted.sort((a, b) -> {
      int byKey = java.util.Arrays.compareUnsigned(a.key(), b.key());
      return byKey != 0 ? byKey : java.util.Arrays.compareUnsigned(a.value(), b.value());
    });
    sorted.forEach(piece -> parts.addAll(List.of(piece.key(), piece.value())));
    return Packing.of(parts);
  }

  private static void answersOrThrows(byte[] bytes, Call call) {
    try {
      call.with(bytes);
    } catch (BorderException refused) {
      assertTrue(CODES.contains(refused.code()), refused.toString());
    }
  }

  private static byte[] damaged(byte[] good, Random random) {
    byte[] bytes = java.util.Arrays.copyOf(good, random.nextBoolean() ? good.length : random.nextInt(good.length + 1));
    for (int i = 0; i < 2 && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] merged(byte[] pieces, boolean ofPeople) {
    try (StateMerge merge = new StateMerge(STATES)) {
      StateMerge.Blocks blocks = merge.add(pieces, true);
      List<byte[]> asked = ofPeople ? blocks.people() : blocks.items();
      return asked.isEmpty() ? new byte[0] : asked.get(0);
    }
  }

  @Test
  void folds_merges_and_answers_what_is_whole_and_lives_with_what_is_not() {
    List<byte[]> records = records();
    List<Keyed> pieces;
    try (StateFold fold = new StateFold(STATES)) {
      pieces = fold.add(records, true);
    }
    byte[] all = packed(pieces);
    byte[] people = merged(all, true);
    byte[] items = merged(all, false);
    assertArrayEquals(people, merged(all, true));
    try (Batch batch = new Batch(BATCH)) {
      batch.addEntries(entries());
      batch.addItemStates(items);
      assertEquals(3, new String(batch.answers(people)).lines().filter(line -> line.contains("\"item_id\":\"i")).count());
    }
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      answersOrThrows(damaged(records.get(0), random), bytes -> {
        try (StateFold fold = new StateFold(STATES)) {
          fold.add(List.of(bytes), true);
        }
      });
      answersOrThrows(damaged(all, random), bytes -> merged(bytes, true));
      answersOrThrows(damaged(STATES, random), bytes -> new StateFold(bytes).close());
      answersOrThrows(damaged(BATCH, random), bytes -> new Batch(bytes).close());
      try (Batch batch = new Batch(BATCH)) {
        answersOrThrows(damaged(entries().get(0), random), bytes -> batch.addEntries(List.of(bytes)));
        answersOrThrows(damaged(items, random), batch::addItemStates);
        answersOrThrows(damaged(STATES, random), batch::takeManifest);
        answersOrThrows(damaged(people, random), batch::answers);
      }
    }
  }

  @Test
  void evaluates_what_is_whole_and_lives_with_what_is_not() {
    List<byte[]> records = records();
    List<byte[]> figures = new ArrayList<>();
    try (ShopEvaluation evaluation = new ShopEvaluation(EVALUATION)) {
      assertEquals(1, evaluation.cuts());
      evaluation.addEntries(entries());
      evaluation.addRecords(records);
      figures.add(evaluation.evaluated(0));
      assertTrue(new String(ShopEvaluation.joined(figures).table()).startsWith("home at "));
      assertThrows(BorderException.class, () -> evaluation.evaluated(-1));
      assertThrows(BorderException.class, () -> evaluation.evaluated(7));
    }
    Random random = new Random(4);
    for (int round = 0; round < 500; round++) {
      answersOrThrows(damaged(EVALUATION, random), bytes -> new ShopEvaluation(bytes).close());
      answersOrThrows(damaged(figures.get(0), random), bytes -> ShopEvaluation.joined(List.of(bytes)));
      try (ShopEvaluation evaluation = new ShopEvaluation(EVALUATION)) {
        answersOrThrows(damaged(records.get(0), random), bytes -> evaluation.addRecords(List.of(bytes)));
        answersOrThrows(damaged(entries().get(0), random), bytes -> evaluation.addEntries(List.of(bytes)));
      }
    }
  }

  @Test
  void refuses_every_call_once_it_is_closed_and_every_null() {
    StateFold fold = new StateFold(STATES);
    StateMerge merge = new StateMerge(STATES);
    Batch batch = new Batch(BATCH);
    ShopEvaluation evaluation = new ShopEvaluation(EVALUATION);
    assertThrows(BorderException.class, () -> batch.answers(null));
    assertThrows(BorderException.class, () -> merge.add(null, true));
    for (AutoCloseable each : List.of(fold, merge, batch, evaluation, fold, merge, batch, evaluation)) {
      try {
        each.close();
      } catch (Exception never) {
        throw new AssertionError(never);
      }
    }
    assertThrows(BorderException.class, () -> fold.add(List.of(), true));
    assertThrows(BorderException.class, () -> merge.add(new byte[0], true));
    assertThrows(BorderException.class, () -> batch.answers(new byte[0]));
    assertThrows(BorderException.class, () -> batch.addEntries(List.of()));
    assertThrows(BorderException.class, evaluation::cuts);
    assertThrows(BorderException.class, () -> evaluation.evaluated(0));
    assertThrows(BorderException.class, () -> new StateFold(null));
  }
}
