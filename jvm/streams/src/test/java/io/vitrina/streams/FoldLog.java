package io.vitrina.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A made-up log and what the embedded engine makes of it, as tests/fold_log_driver.cpp writes them. */
final class FoldLog {
  record Entry(byte[] key, byte[] value, long appendedAt) {}

  static final List<String> STORES =
      List.of(Names.VISITORS_HOT, Names.VISITORS_COLD, Names.USERS, Names.ITEMS, Names.CATALOG, Names.VISITOR_SHOPPERS, Names.USER_SHOPPERS, Names.ITEM_SUCCESS);

  /** No store but a topic; the rest is alike. */
  static final String OUTCOMES = "outcomes";

  /** What tests/fold_log.hpp says too: where a limit takes records, what is left depends on their order. */
  static final Map<String, Long> FEEDBACK = Map.of("touches", 4000L, "lines", 4000L, "refunds", 4000L, "keep", 1_500_000_000_000L);

  private final Path folder;

  /** Small and dense. */
  FoldLog(int events, Path folder) throws IOException, InterruptedException {
    this(folder, List.of(Integer.toString(events), folder.toString()));
  }

  /** The same, but now and then a clock jumps in it: whoever sends it sends its times too. */
  static FoldLog withJumps(int events, Path folder) throws IOException, InterruptedException {
    return new FoldLog(folder, List.of(Integer.toString(events), folder.toString(), "jumps"));
  }

  /** Of a shop's size: many visitors and items, no changes of items. */
  FoldLog(int events, int visitors, int items, Path folder) throws IOException, InterruptedException {
    this(folder, List.of(Integer.toString(events), folder.toString(), Integer.toString(visitors), Integer.toString(items)));
  }

  FoldLog(Path folder, List<String> arguments) throws IOException, InterruptedException {
    this.folder = folder;
    List<String> command = new ArrayList<>(List.of(System.getProperty("vitrina.fold_log")));
    command.addAll(arguments);
    Process made = new ProcessBuilder(command).inheritIO().start();
    if (made.waitFor() != 0) {
      throw new IOException("vitrina_fold_log failed");
    }
  }

  /** One that was made before. */
  FoldLog(Path folder) {
    this.folder = folder;
  }

  List<Entry> events() throws IOException {
    return entries("events");
  }

  List<Entry> probes() throws IOException {
    return entries("probes");
  }

  List<Entry> itemChanges() throws IOException {
    return entries("item-changes");
  }

  /** Key in hexadecimal → state in hexadecimal, so that a difference can be read. */
  Map<String, String> expected(String store) throws IOException {
    Map<String, String> states = new TreeMap<>();
    ByteBuffer bytes = read(store);
    while (bytes.hasRemaining()) {
      states.put(hex(part(bytes)), hex(part(bytes)));
    }
    return states;
  }

  byte[] configuration() throws IOException {
    return configuration(shops());
  }

  static byte[] configuration(Path shops) throws IOException {
    String feedback = FEEDBACK.entrySet().stream().map(limit -> "\"" + limit.getKey() + "\": " + limit.getValue()).collect(Collectors.joining(", "));
    return ("{\"shops\": " + Files.readString(shops) + ", \"feedback\": {" + feedback + "}}").getBytes();
  }

  Path shops() {
    return folder.resolve("shops.json");
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private List<Entry> entries(String name) throws IOException {
    List<Entry> entries = new ArrayList<>();
    ByteBuffer bytes = read(name);
    while (bytes.hasRemaining()) {
      byte[] key = part(bytes);
      byte[] value = part(bytes);
      entries.add(new Entry(key, value, ByteBuffer.wrap(part(bytes)).order(ByteOrder.LITTLE_ENDIAN).getLong()));
    }
    return entries;
  }

  private ByteBuffer read(String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] part(ByteBuffer bytes) {
    byte[] part = new byte[bytes.getInt()];
    bytes.get(part);
    return part;
  }
}
