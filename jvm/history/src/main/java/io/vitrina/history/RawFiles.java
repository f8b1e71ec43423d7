package io.vitrina.history;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The raw records of a topic: {@code <root>/raw/<topic>/<partition>/<from>-<to>.seq}, where the name says which offsets it holds
 * ({@code to} is the first that it does not). How far the log was read is what the names say; nothing else remembers it. Beside a file
 * of events, {@code .days} names the shops and days that it touches.
 */
final class RawFiles {
  /** One file. {@code days} are empty for topics other than events. */
  record Raw(Path path, long bytes, int partition, long from, long to, Set<Day> days) {}

  private static final Pattern NAME = Pattern.compile("(\\d{19})-(\\d{19})\\.seq");

  private final FileSystem files;
  private final Path folder;

  RawFiles(FileSystem files, Path root, String topic) {
    this.files = files;
    this.folder = new Path(new Path(root, "raw"), topic);
  }

  static String name(long from, long to) {
    return String.format("%019d-%019d", from, to);
  }

  Path path(int partition, long from, long to, String ending) {
    return new Path(new Path(folder, Integer.toString(partition)), name(from, to) + ending);
  }

  /**
   * The files of each partition that follow each other without gap or repeat. Where two begin at the same offset (two jobs ran at once)
   * the longer one counts, and what then overlaps it does not.
   */
  Map<Integer, List<Raw>> chains() throws IOException {
    Map<Integer, TreeMap<Long, Raw>> found = new TreeMap<>();
    for (FileStatus partition : listed(folder)) {
      if (!partition.getPath().getName().matches("\\d+")) {
        continue;
      }
      int number = Integer.parseInt(partition.getPath().getName());
      for (FileStatus file : listed(partition.getPath())) {
        Matcher name = NAME.matcher(file.getPath().getName());
        if (name.matches()) {
          long from = Long.parseLong(name.group(1));
          Raw raw = new Raw(file.getPath(), file.getLen(), number, from, Long.parseLong(name.group(2)), days(file.getPath()));
          found.computeIfAbsent(number, n -> new TreeMap<>()).merge(from, raw, (a, b) -> a.to() >= b.to() ? a : b);
        }
      }
    }
    Map<Integer, List<Raw>> chains = new TreeMap<>();
    found.forEach((partition, byOffset) -> chains.put(partition, chain(byOffset)));
    return chains;
  }

  /** The first offset of each partition that is not there yet. */
  Map<Integer, Long> ends() throws IOException {
    Map<Integer, Long> ends = new TreeMap<>();
    chains().forEach((partition, chain) -> ends.put(partition, chain.get(chain.size() - 1).to()));
    return ends;
  }

  private static List<Raw> chain(TreeMap<Long, Raw> byOffset) {
    List<Raw> chain = new ArrayList<>();
    for (Raw raw = byOffset.firstEntry().getValue(); raw != null; raw = byOffset.get(raw.to())) {
      chain.add(raw);
    }
    return chain;
  }

  private Set<Day> days(Path raw) throws IOException {
    Set<Day> days = new TreeSet<>();
    Path beside = new Path(raw.getParent(), raw.getName().replace(".seq", ".days"));
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(files.open(beside), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          days.add(Day.parse(line));
        }
      }
    } catch (FileNotFoundException none) {
      return Set.of();
    }
    return days;
  }

  private FileStatus[] listed(Path path) throws IOException {
    try {
      return files.listStatus(path);
    } catch (FileNotFoundException none) {
      return new FileStatus[0];
    }
  }
}
