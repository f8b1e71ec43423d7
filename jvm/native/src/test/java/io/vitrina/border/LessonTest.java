package io.vitrina.border;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** History and training across the border; what they compute is tested in C++ (border/history_test.cpp, border/lesson_test.cpp). */
class LessonTest {
  private static final byte[] CONFIGURATION =
      utf8(
          "{\"settings\": {\"ials.dimensions\": \"8\", \"ials.epochs\": \"2\"}, \"weights\": false, \"now\": "
              + NOON
              + ", \"through\": "
              + (NOON + 1)
              + "}");

  private static List<byte[]> records(Border border) {
    Random random = new Random(1);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String visitor = "v" + random.nextInt(40);
      byte[] event = Wire.event(3, "e" + i, NOON - 1000L * random.nextInt(100_000), visitor, "", "i" + random.nextInt(30));
      records.add(border.historyRecord(utf8("default/" + visitor), event, NOON).record());
    }
    return records;
  }

  @Test
  void makes_rows_of_a_visitor_and_names_disturbed_days() {
    try (Border border = Border.open(utf8(Wire.SHOPS));
        VisitorHistory history = new VisitorHistory()) {
      HistoryRecord first = border.historyRecord(utf8("default/v1"), Wire.event(3, "a", NOON, "v1", "", "MUG"), NOON);
      history.add(first.sortingKey(), VisitorHistory.Standing.NEW, first.record());
      history.add(first.sortingKey(), VisitorHistory.Standing.NEW, first.record());
      byte[] nextDay = HistoryRecord.sortingKey(utf8("default/v1"), NOON + 86_400_000, utf8("a"));
      history.add(nextDay, VisitorHistory.Standing.WITNESS, new byte[0]);
      VisitorHistory.Answer answer = history.take(true);
      assertEquals(1, answer.rows().size());
      assertEquals(NOON, answer.rows().get(0).time());
      assertEquals(first.day(), answer.rows().get(0).day());
      assertArrayEquals(utf8("a"), answer.rows().get(0).id());
      assertEquals(List.of(first.day() + 1), answer.disturbed());
    }
  }

  @Test
  void trains_the_same_bytes_in_pieces_and_in_one_call() throws IOException {
    try (Border border = Border.open(utf8(Wire.SHOPS));
        Lesson whole = new Lesson(CONFIGURATION);
        Lesson parts = new Lesson(CONFIGURATION)) {
      whole.addRecords(records(border));
      parts.takeHistory(new ByteArrayInputStream(assembled(whole)));
      byte[] items = parts.block(Lesson.FIRST_ITEM_FACTORS, 0);
      for (int epoch = 0; epoch < 2; epoch++) {
        byte[] people = halfStep(items, parts.block(Lesson.PEOPLE_PAIRS, 0));
        items = halfStep(people, parts.block(Lesson.ITEM_PAIRS, 0));
      }
      byte[] basis = Ials.basis(List.of(Ials.gram(items)));
      List<byte[]> rows = new ArrayList<>();
      for (int relation = 0; relation < Lesson.RELATIONS; relation++) {
        for (int block = 0; block < parts.covisitBlocks(); block++) {
          rows.add(parts.block(Lesson.FIRST_RELATION + relation, block));
        }
      }
      Lesson.Model model = parts.trained(List.of(Ials.turned(items, basis)), basis, rows);
      assertArrayEquals(whole.trained().manifest(), model.manifest());
      assertArrayEquals(model(whole), model(parts));
      assertEquals(0, model(parts).length);
    }
  }

  private static byte[] assembled(Lesson lesson) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lesson.assemble(out);
    return out.toByteArray();
  }

  private static byte[] model(Lesson lesson) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lesson.writeModel(out);
    return out.toByteArray();
  }

  private static byte[] halfStep(byte[] still, byte[] pairs) {
    byte[] basis = Ials.basis(List.of(Ials.gram(still)));
    try (Ials.HalfStep step = new Ials.HalfStep(CONFIGURATION, basis)) {
      step.add(still);
      Ials.Solved solved = step.solve(pairs);
      assertArrayEquals(Ials.gram(solved.factors()), solved.gram());
      return solved.factors();
    }
  }

  @Test
  void answers_garbage_with_an_exception() throws IOException {
    Random random = new Random(2);
    try (Border border = Border.open(utf8(Wire.SHOPS));
        Lesson lesson = new Lesson(CONFIGURATION)) {
      lesson.addRecords(records(border).subList(0, 50));
      byte[] history = assembled(lesson);
      byte[] factors = lesson.block(Lesson.FIRST_ITEM_FACTORS, 0);
      byte[] pairs = lesson.block(Lesson.PEOPLE_PAIRS, 0);
      byte[] basis = Ials.basis(List.of(Ials.gram(factors)));
      for (int round = 0; round < 2000; round++) {
        answersOrThrows(damaged(history, random), bytes -> lesson.takeHistory(new ByteArrayInputStream(bytes)));
        answersOrThrows(damaged(pairs, random), bytes -> halfStep(factors, bytes));
        answersOrThrows(damaged(basis, random), bytes -> new Ials.HalfStep(CONFIGURATION, bytes).close());
        answersOrThrows(damaged(factors, random), Ials::gram);
        answersOrThrows(damaged(basis, random), bytes -> Ials.turned(factors, bytes));
      }
      assertThrows(BorderException.class, () -> new Lesson(utf8("{}")));
      assertThrows(BorderException.class, () -> lesson.addRecords(List.of(new byte[] {1, 2})));
      assertThrows(BorderException.class, () -> Ials.basis(List.of()));
      Ials.HalfStep closed = new Ials.HalfStep(CONFIGURATION, basis);
      closed.close();
      closed.close();
      assertThrows(BorderException.class, () -> closed.add(factors));
      assertThrows(BorderException.class, () -> closed.solve(pairs));
      assertThrows(BorderException.class, () -> lesson.block(Lesson.PEOPLE_PAIRS, 1_000_000));
    }
  }

  private interface Call {
    void with(byte[] bytes) throws IOException;
  }

  private static void answersOrThrows(byte[] bytes, Call call) throws IOException {
    try {
      call.with(bytes);
    } catch (BorderException refused) {
      assertTrue(refused.code().equals("corrupt_data") || refused.code().equals("unavailable"), refused.toString());
    }
  }

  private static byte[] damaged(byte[] good, Random random) {
    byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
    for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    }
    return bytes;
  }
}
