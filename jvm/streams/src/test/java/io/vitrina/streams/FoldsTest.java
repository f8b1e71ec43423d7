package io.vitrina.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.EventFold;
import io.vitrina.border.Verdict;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology without a broker. */
class FoldsTest {
  private static final int EVENTS = 3000;
  private static final Names NAMES = new Names("test.");

  @TempDir Path folder;
  private final Meters meters = new Meters();
  private FoldLog log;
  private Border border;
  private TopologyTestDriver driver;

  @BeforeEach
  void makesALog() throws IOException, InterruptedException {
    log = FoldLog.withJumps(EVENTS, folder.resolve("log"));
    border = Border.open(log.configuration());
    start(Core.of(border));
  }

  @AfterEach
  void closes() {
    driver.close();
    border.close();
  }

  private void start(Core core) {
    start(core, topic -> 1);
  }

  private void start(Core core, Placement.Partitions partitions) {
    if (driver != null) {
      driver.close();
    }
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, NAMES.application());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
    settings.put(RocksMemory.CACHE_BYTES, "8000000");
    settings.put(RocksMemory.WRITE_BUFFER_BYTES, "8000000");
    driver = new TopologyTestDriver(Folds.topology(NAMES, core, partitions, meters), settings);
  }

  private void send(String topic, byte[] key, byte[] value, long time) {
    input(topic).pipeInput(key, value, time);
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private List<KeyValue<byte[], byte[]>> written(String topic) {
    return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer()).readKeyValuesToList();
  }

  private void sendEvents(List<FoldLog.Entry> events) {
    TestInputTopic<byte[], byte[]> topic = input(NAMES.events());
    events.forEach(event -> topic.pipeInput(event.key(), event.value(), event.appendedAt()));
  }

  private Map<String, String> stored(String store) {
    Map<String, String> states = new TreeMap<>();
    try (var all = driver.<Bytes, byte[]>getKeyValueStore(store).all()) {
      all.forEachRemaining(state -> states.put(FoldLog.hex(state.key.get()), FoldLog.hex(state.value)));
    }
    return states;
  }

  /** The core, but one method does as told. */
  private Core planted(String method, Runnable first) {
    Core real = Core.of(border);
    return (Core)
        Proxy.newProxyInstance(
            Core.class.getClassLoader(),
            new Class<?>[] {Core.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                first.run();
              }
              try {
                return called.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void gives_the_states_of_the_embedded_engine_to_the_byte() throws IOException {
    sendEvents(log.events());
    for (FoldLog.Entry change : log.itemChanges()) {
      send(NAMES.itemChanges(), change.key(), change.value(), change.appendedAt());
    }
    for (String store : FoldLog.STORES) {
      assertTrue(log.expected(store).size() > 20, store);
      assertEquals(log.expected(store), stored(store), store);
    }
    Map<String, String> outcomes = new TreeMap<>();
    for (KeyValue<byte[], byte[]> said : written(NAMES.outcomes())) {
      outcomes.put(FoldLog.hex(said.key), said.value == null ? "" : FoldLog.hex(said.value));
    }
    outcomes.values().removeIf(String::isEmpty);
    assertTrue(outcomes.size() > 20);
    assertEquals(log.expected(FoldLog.OUTCOMES), outcomes);
    assertEquals(0, written(NAMES.deadLetters()).size());
    long folded = 0;
    for (Verdict verdict : Verdict.values()) {
      folded += meters.count(verdict);
    }
    assertEquals(log.events().size(), folded);
    assertTrue(meters.count(Verdict.DUPLICATE) > 0);
  }

  @Test
  void sends_late_events_on_as_they_came() throws IOException {
    sendEvents(log.events());
    List<KeyValue<byte[], byte[]>> late = written(NAMES.late());
    assertEquals(meters.count(Verdict.LATE), late.size());
    assertTrue(late.size() > 0);
    List<String> sent = log.events().stream().map(event -> FoldLog.hex(event.value())).toList();
    late.forEach(event -> assertTrue(sent.contains(FoldLog.hex(event.value))));
  }

  @Test
  void buries_poison_and_goes_on() throws IOException {
    FoldLog.Entry good = log.events().get(0);
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    byte[] stranger = "default/stranger".getBytes(StandardCharsets.UTF_8);
    send(NAMES.events(), good.key(), garbage, 1000);
    send(NAMES.events(), good.key(), null, 1000);
    send(NAMES.events(), null, good.value(), 1000);
    send(NAMES.events(), garbage, good.value(), 1000);
    send(NAMES.events(), stranger, good.value(), good.appendedAt());
    for (String topic : List.of(NAMES.userFacts(), NAMES.itemDeltas(), NAMES.itemChanges(), NAMES.shopperRecords(), NAMES.successDeltas())) {
      send(topic, garbage, garbage, 1000);
      send(topic, null, null, 1000);
    }
    List<KeyValue<byte[], byte[]>> dead = written(NAMES.deadLetters());
    assertEquals(15, dead.size());
    assertTrue(new String(dead.get(0).value, StandardCharsets.ISO_8859_1).contains("corrupt_data"));
    assertTrue(new String(dead.get(4).value, StandardCharsets.ISO_8859_1).contains("invalid_input"));
    assertEquals(15, meters.deadLetters());

    sendEvents(log.events());
    assertEquals(log.expected(Names.USERS), stored(Names.USERS));
  }

  @Test
  void buries_what_is_huge_in_a_letter_that_a_broker_takes() {
    byte[] huge = new byte[3 << 20];
    send(NAMES.events(), huge, huge, 1000);
    send(NAMES.itemChanges(), huge, huge, 1000);
    for (KeyValue<byte[], byte[]> dead : written(NAMES.deadLetters())) {
      assertTrue(dead.key == null && dead.value.length < 900_000);
    }
    assertEquals(2, meters.deadLetters());
  }

  @Test
  void tries_once_more_after_a_bug_and_folds_what_then_succeeds() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    start(planted("foldDelta", () -> {
      if (calls.incrementAndGet() % 2 == 1) {
        throw new BorderException("bug", "planted");
      }
    }));
    sendEvents(log.events());
    assertEquals(log.expected(Names.ITEMS), stored(Names.ITEMS));
    assertEquals(0, written(NAMES.deadLetters()).size());
  }

  @Test
  void buries_what_breaks_an_invariant_twice_with_its_state() throws IOException {
    List<FoldLog.Entry> events = log.events();
    sendEvents(events);
    AtomicInteger calls = new AtomicInteger();
    start(planted("foldEvent", () -> {
      calls.incrementAndGet();
      throw new BorderException("bug", "planted");
    }));
    send(NAMES.events(), events.get(0).key(), events.get(0).value(), events.get(0).appendedAt());
    assertEquals(2, calls.get());
    List<KeyValue<byte[], byte[]>> dead = written(NAMES.deadLetters());
    assertEquals(1, dead.size());
    String letter = FoldLog.hex(dead.get(0).value);
    assertTrue(letter.contains(FoldLog.hex("planted".getBytes())) && letter.contains(FoldLog.hex(events.get(0).value())));
  }

  @Test
  void lets_trouble_of_the_machine_go_up() throws IOException {
    start(planted("foldEvent", () -> {
      throw new BorderException("unavailable", "no memory");
    }));
    FoldLog.Entry event = log.events().get(0);
    assertThrows(RuntimeException.class, () -> send(NAMES.events(), event.key(), event.value(), event.appendedAt()));
    assertEquals(0, written(NAMES.deadLetters()).size());
  }

  @Test
  void puts_what_lies_in_a_wrong_partition_where_its_key_belongs() throws IOException {
    AtomicInteger sent = new AtomicInteger();
    FoldLog.Entry elsewhere = log.events().stream().filter(event -> (Border.murmur2(event.key()) & 1) == 1).findFirst().orElseThrow();
    Placement placement = new Placement(NAMES.events(), "next", topic -> 2, meters);
    var context = new MockProcessorContext<byte[], byte[]>(new Properties(), new TaskId(0, 0), folder.toFile());
    placement.init(context);
    placement.process(new Record<>(elsewhere.key(), elsewhere.value(), elsewhere.appendedAt()));
    placement.process(new Record<>(null, elsewhere.value(), elsewhere.appendedAt()));
    var forwarded = context.forwarded();
    assertEquals(Step.sink(Placement.name(NAMES.events()), NAMES.events()), forwarded.get(0).childName().orElseThrow());
    assertEquals("next", forwarded.get(1).childName().orElseThrow());
    assertEquals(1, meters.misplacedRecords());
    for (FoldLog.Entry event : log.events()) {
      placement.process(new Record<>(event.key(), event.value(), event.appendedAt()));
      sent.addAndGet((Border.murmur2(event.key()) & 1) == 1 ? 1 : 0);
    }
    assertEquals(1 + sent.get(), meters.misplacedRecords());
  }

  @Test
  void keeps_its_names_and_one_subtopology_a_fold() {
    String described = Folds.topology(NAMES, planted("", () -> {}), topic -> 1, meters).describe().toString();
    for (String name : FoldLog.STORES) {
      assertTrue(described.contains(name), described);
    }
    assertEquals(6, described.lines().filter(line -> line.contains("Sub-topology")).count());
    assertTrue(driver.producedTopicNames().isEmpty());
    assertEquals("test.folds", NAMES.application());
  }

  @Test
  void writes_its_figures_for_prometheus() throws IOException {
    sendEvents(log.events().subList(0, 10));
    assertTrue(meters.text().contains("vitrina_streams_records_total{step=\"visitor-step\"} 10\n"), meters.text());
    assertEquals(EventFold.class, border.foldEvent(log.events().get(0).key(), null, null, log.events().get(0).value(), 1_800_000_000_000L).getClass());
  }
}
