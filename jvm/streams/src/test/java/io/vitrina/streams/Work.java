package io.vitrina.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** CPU seconds and memory of a process, by the kernel's books. */
final class Work {
  private static final double TICKS_A_SECOND = 100;

  private Work() {}

  static double seconds(long process) throws IOException {
    return ticks(Path.of("/proc/" + process + "/stat")) / TICKS_A_SECOND;
  }

  /** Name of a kind of thread → CPU seconds; threads that have ended are in none. */
  static Map<String, Double> byThread(long process) throws IOException {
    Map<String, Double> found = new TreeMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
      for (Path thread : (Iterable<Path>) threads::iterator) {
        try {
          found.merge(kind(Files.readString(thread.resolve("comm")).strip()), ticks(thread.resolve("stat")) / TICKS_A_SECOND, Double::sum);
        } catch (IOException ended) {
          continue;
        }
      }
    }
    return found;
  }

  /** Bytes of memory at its largest. */
  static long residentMax(long process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("the kernel does not say how much memory process " + process + " holds");
  }

  /** The kernel keeps fifteen letters of a thread's name; those of Kafka Streams begin with the application's. */
  private static String kind(String name) {
    for (var known : List.of(Map.entry("C1 Comp", "compilers"), Map.entry("C2 Comp", "compilers"), Map.entry("VM Thread", "garbage collector"),
        Map.entry("GC Thread", "garbage collector"), Map.entry("G1 ", "garbage collector"), Map.entry("bench-", "stream threads"), Map.entry("kafka-producer", "producers"), Map.entry("rocksdb", "RocksDB's own"))) {
      if (name.startsWith(known.getKey())) {
        return known.getValue();
      }
    }
    return "other";
  }

  private static double ticks(Path stat) throws IOException {
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
  }
}
