package io.vitrina.border;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Every entry of the border with what no sender should send: it answers, or throws a BorderException, and the process lives. */
class ContractTest {
  private static final Set<String> CODES = Set.of("invalid_input", "corrupt_data", "exhausted");

  private record Entry(String name, byte[][] good, Function function) {}

  private interface Function {
    Object call(byte[][] arguments);
  }

  /** Each entry with arguments that it takes; the first one is a key where there is one. */
  private static List<Entry> entries(Border border) {
    byte[] visitor = utf8("default/v1");
    byte[] bought = Wire.event(10, "e1", NOON, "v1", "u1", "MUG");
    EventFold fold = border.foldEvent(visitor, null, null, bought, NOON);
    Keyed facts = fold.facts().get(0);
    Keyed delta = fold.deltas().get(0);
    byte[] user = border.foldFacts(facts.key(), null, facts.value());
    byte[] item = border.foldDelta(delta.key(), null, delta.value());
    byte[] mug = utf8("default/MUG");
    byte[] put = Wire.put("MUG", NOON, "c", "Mug");
    byte[] entry = border.foldItemChange(mug, null, put, NOON);
    byte[] order = Wire.event(10, "e3", NOON, "v2", "", "MUG");
    SuccessFold open = border.foldSuccess(utf8("default/v2"), null, order, NOON);
    SuccessFold travelled = border.foldSuccess(utf8("default/v2"), open.shopper(), Wire.event(3, "e4", NOON + 9, "v2", "u1", "MUG"), NOON + 9);
    Keyed records = travelled.records().get(0);
    SuccessFold ofUser = border.foldShopperRecords(records.key(), null, records.value());
    byte[] counted = {10, 10, 8, 2, 24, 1, 32, 2, 40, 2, 48, 2}; // a row of proto SuccessDeltas
    byte[] success = border.foldSuccessDeltas(delta.key(), null, counted);
    byte[] next = Wire.event(3, "e2", NOON + 9, "v1", "u1", "TEA");
    return List.of(
        new Entry("open", new byte[][] {utf8(Wire.SHOPS)}, a -> closed(Border.open(a[0]))),
        new Entry("eventStoreKey", new byte[][] {visitor}, a -> border.eventStoreKey(a[0])),
        new Entry("foldEvent", new byte[][] {visitor, fold.hot(), fold.cold(), next}, a -> border.foldEvent(a[0], a[1], a[2], a[3], NOON)),
        new Entry("foldFacts", new byte[][] {facts.key(), user, facts.value()}, a -> border.foldFacts(a[0], a[1], a[2])),
        new Entry("foldDelta", new byte[][] {delta.key(), item, delta.value()}, a -> border.foldDelta(a[0], a[1], a[2])),
        new Entry("foldSuccess", new byte[][] {utf8("default/v2"), open.shopper(), order}, a -> border.foldSuccess(a[0], a[1], a[2], NOON)),
        new Entry("foldShopperRecords", new byte[][] {records.key(), ofUser.shopper(), records.value()}, a -> border.foldShopperRecords(a[0], a[1], a[2])),
        new Entry("foldSuccessDeltas", new byte[][] {delta.key(), success, counted}, a -> border.foldSuccessDeltas(a[0], a[1], a[2])),
        new Entry("foldItemChange", new byte[][] {mug, entry, put}, a -> border.foldItemChange(a[0], a[1], a[2], NOON)));
  }

  private static Object closed(Border border) {
    border.close();
    return border;
  }

  private static Border opened() {
    return Border.open(utf8(Wire.SHOPS));
  }

  private static void answers_or_throws(Entry entry, byte[][] arguments) {
    try {
      entry.function().call(arguments);
    } catch (BorderException refused) {
      assertTrue(CODES.contains(refused.code()), entry.name() + " threw " + refused);
    }
  }

  private static byte[][] with(Entry entry, int at, byte[] argument) {
    byte[][] arguments = entry.good().clone();
    arguments[at] = argument;
    return arguments;
  }

  @Test
  void takes_what_is_as_it_should_be() {
    try (Border border = opened()) {
      for (Entry entry : entries(border)) {
        entry.function().call(entry.good());
      }
    }
  }

  @Test
  void lives_with_garbage_and_damaged_bytes() {
    Random random = new Random(1);
    try (Border border = opened()) {
      for (Entry entry : entries(border)) {
        for (int round = 0; round < 3000; round++) {
          int at = random.nextInt(entry.good().length);
          byte[] bytes = round % 2 == 0 ? new byte[random.nextInt(600)] : entry.good()[at].clone();
          if (round % 2 == 0) {
            random.nextBytes(bytes);
          }
          for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
          }
          answers_or_throws(entry, with(entry, at, bytes));
        }
      }
    }
  }

  @Test
  void lives_with_every_truncation_and_with_nothing() {
    try (Border border = opened()) {
      for (Entry entry : entries(border)) {
        for (int at = 0; at < entry.good().length; at++) {
          for (int length = 0; length < entry.good()[at].length; length++) {
            answers_or_throws(entry, with(entry, at, Arrays.copyOf(entry.good()[at], length)));
          }
          answers_or_throws(entry, with(entry, at, null));
        }
      }
    }
  }

  @Test
  void lives_with_what_is_huge() {
    byte[] huge = new byte[64 << 20];
    Arrays.fill(huge, (byte) 'x');
    try (Border border = opened()) {
      for (Entry entry : entries(border)) {
        for (int at = 0; at < entry.good().length; at++) {
          answers_or_throws(entry, with(entry, at, huge));
        }
      }
      assertEquals(huge.length, Native.echo(huge).length);
    }
  }

  @Test
  void refuses_null_where_something_must_be_there() {
    assertCode("invalid_input", () -> Border.open(null));
    assertCode("invalid_input", () -> Border.murmur2(null));
    assertCode("invalid_input", () -> Native.deadLetter(0, 0, 0, null));
    assertCode("invalid_input", () -> Native.deadLetter(0, 0, 0, new byte[3][]));
    try (Border border = opened()) {
      assertCode("invalid_input", () -> border.eventStoreKey(null));
      assertCode("invalid_input", () -> border.foldEvent(utf8("default/v"), null, null, null, NOON));
      assertCode("invalid_input", () -> border.foldFacts(null, null, new byte[1]));
    }
  }

  @Test
  void refuses_every_call_once_it_is_closed() {
    Border border = opened();
    List<Entry> entries = entries(border);
    border.close();
    border.close();
    for (Entry entry : entries) {
      if (!entry.name().equals("open")) {
        assertCode("invalid_input", () -> entry.function().call(entry.good()));
      }
    }
  }

  @Test
  void may_be_closed_while_others_call() throws InterruptedException {
    AtomicLong calls = new AtomicLong();
    byte[] key = utf8("default/v1");
    for (int round = 0; round < 50; round++) {
      Border border = opened();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread thread = new Thread(() -> callUntilClosed(border, key, calls));
        thread.start();
        threads.add(thread);
      }
      long seen = calls.get();
      while (calls.get() == seen) {
        Thread.onSpinWait();
      }
      border.close();
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void callUntilClosed(Border border, byte[] key, AtomicLong calls) {
    try {
      while (true) {
        border.eventStoreKey(key);
        calls.incrementAndGet();
      }
    } catch (BorderException closed) {
      calls.incrementAndGet();
    }
  }

  @Test
  void makes_dead_letters_of_anything() {
    byte[] record = new byte[1 << 20];
    byte[] letter = new DeadLetter("t", 1, 2, 3, "bug", "caf\u00e9 \ud83d\ude00 \0", null, record, null).encoded();
    assertTrue(letter.length > 0 && letter.length < 900_000);
    assertArrayEquals(letter, new DeadLetter("t", 1, 2, 3, "bug", "caf\u00e9 \ud83d\ude00 \0", null, record, null).encoded());
    byte[] reason = new DeadLetter("t", 1, 2, 3, "bug", null, null, null, null).encoded();
    assertTrue(reason.length > 0);
  }

  private static void assertCode(String code, org.junit.jupiter.api.function.Executable call) {
    assertEquals(code, assertThrows(BorderException.class, call).code());
  }

  @Test
  void says_texts_that_are_no_plain_text() {
    try (Border border = opened()) {
      border.eventStoreKey(utf8("nosuchshop/caf\u00e9"));
      fail("a shop nobody configured");
    } catch (BorderException refused) {
      assertTrue(refused.getMessage().contains("nosuchshop"), refused.getMessage());
    }
  }
}
