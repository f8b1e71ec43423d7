package io.vitrina.history;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which folders hold the history: {@code <root>/history/manifests/<number>}, the largest number counts. A reader that follows it sees
 * each day whole and all days of one moment; what it does not name is not history.
 *
 * <pre>
 * vitrina history 1
 * day default 2026-01-05 run-000000012 0=1234 1=99      day, folder, first offset of each partition that it does not know
 * pending default 2026-01-06                            has to be written anew
 * </pre>
 */
public final class Manifest {
  record Written(String run, Map<Integer, Long> through) {}

  private static final String FIRST_LINE = "vitrina history 1";

  final long number;
  final Map<Day, Written> days;
  final Set<Day> pending;

  Manifest(long number, Map<Day, Written> days, Collection<Day> pending) {
    this.number = number;
    this.days = new TreeMap<>(days);
    this.pending = new TreeSet<>(pending);
  }

  static Path folder(Path root) {
    return new Path(root, "history/manifests");
  }

  static Path days(Path root, Written written, Day day) {
    return new Path(root, "history/" + written.run() + "/" + day.folder());
  }

  /** The newest one; an empty one where there is none. */
  static Manifest newest(FileSystem files, Path root) throws IOException {
    long newest = 0;
    try {
      for (FileStatus file : files.listStatus(folder(root))) {
        if (file.getPath().getName().matches("\\d{9}")) {
          newest = Math.max(newest, Long.parseLong(file.getPath().getName()));
        }
      }
    } catch (FileNotFoundException none) {
      newest = 0;
    }
    return newest == 0 ? new Manifest(0, Map.of(), Set.of()) : read(files, root, newest);
  }

  static Manifest read(FileSystem files, Path root, long number) throws IOException {
    Path path = new Path(folder(root), String.format("%09d", number));
    Map<Day, Written> days = new HashMap<>();
    List<Day> pending = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(files.open(path), StandardCharsets.UTF_8))) {
      if (!FIRST_LINE.equals(lines.readLine())) {
        throw new IOException(path + " is no manifest of a history of this version");
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ");
        Day day = Day.parse(words[1] + " " + words[2]);
        if (words[0].equals("pending")) {
          pending.add(day);
          continue;
        }
        Map<Integer, Long> through = new TreeMap<>();
        for (int w = 4; w < words.length; w++) {
          int equals = words[w].indexOf('=');
          through.put(Integer.parseInt(words[w].substring(0, equals)), Long.parseLong(words[w].substring(equals + 1)));
        }
        days.put(day, new Written(words[3], through));
      }
    }
    return new Manifest(number, days, pending);
  }

  /** Errors: IOException where another job was faster; nothing has changed then. */
  void commit(FileSystem files, Path root) throws IOException {
    List<String> lines = new ArrayList<>(List.of(FIRST_LINE));
    days.forEach(
        (day, written) -> {
          StringBuilder line = new StringBuilder("day " + day + " " + written.run());
          written.through().forEach((partition, offset) -> line.append(' ').append(partition).append('=').append(offset));
          lines.add(line.toString());
        });
    pending.forEach(day -> lines.add("pending " + day));
    Path name = new Path(folder(root), String.format("%09d", number));
    Path aside = new Path(folder(root), ".writing-" + number + "-" + System.nanoTime());
    if (!Commit.text(files, aside, name, lines)) {
      throw new IOException("another job has written the history meanwhile (" + name + " is there); run this one again");
    }
  }
}
