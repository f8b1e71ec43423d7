package io.vitrina.history;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vitrina.border.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.util.ToolRunner;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days of history out of raw files, with the local runner on the local file system. */
class HistoryJobTest {
  @TempDir java.nio.file.Path folder;

  private final Configuration configuration = new Configuration();
  private Path root;
  private FileSystem files;
  private RawFiles raw;
  private long offset;

  private record Sent(String visitor, String id, long time) {}

  @BeforeEach
  void begin() throws IOException {
    root = new Path(folder.toUri());
    files = root.getFileSystem(configuration);
    raw = new RawFiles(files, root, HistoryJob.EVENTS);
    configuration.set("mapreduce.framework.name", "local");
    configuration.set("mapreduce.cluster.local.dir", folder.resolve("local").toString());
    configuration.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    configuration.setInt("mapreduce.task.io.sort.mb", 8);
  }

  /** As an ingested split leaves it. */
  private void log(List<Sent> events) throws IOException {
    TreeSet<Day> days = new TreeSet<>();
    Path path = raw.path(0, offset, offset + events.size(), ".seq");
    try (SequenceFile.Writer file =
        SequenceFile.createWriter(
            configuration,
            SequenceFile.Writer.file(files.makeQualified(path)),
            SequenceFile.Writer.keyClass(NullWritable.class),
            SequenceFile.Writer.valueClass(LogRecord.class))) {
      for (Sent sent : events) {
        byte[] event = Wire.view(sent.visitor(), sent.id(), sent.time(), "MUG");
        file.append(NullWritable.get(), new LogRecord().set(offset++, sent.time() + 5, utf8("default/" + sent.visitor()), event));
        days.add(new Day("default", (int) (sent.time() / DAY)));
      }
      file.append(NullWritable.get(), new LogRecord().set(offset++, NOON, utf8("default/v"), utf8("garbage")));
    }
    offset--;
    List<String> lines = new ArrayList<>();
    days.forEach(day -> lines.add(day.toString()));
    Commit.text(files, new Path(root, "aside"), raw.path(0, offset - events.size(), offset, ".days"), lines);
  }

  private void run(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--root", root.toString(), "--no-log"));
    arguments.addAll(List.of(more));
    assertEquals(0, ToolRunner.run(new Configuration(configuration), new HistoryJob(), arguments.toArray(new String[0])));
  }

  /** "2026-01-01" → "v1 e1 12:00" …, in the order of the files. */
  private Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    Manifest manifest = Manifest.newest(files, root);
    for (Map.Entry<Day, Manifest.Written> day : manifest.days.entrySet()) {
      Path path = Manifest.days(root, day.getValue(), day.getKey());
      if (!files.exists(path)) {
        continue;
      }
      for (FileStatus part : files.listStatus(path)) {
        try (ParquetReader<Group> reader = Rows.reader(configuration, part.getPath(), true)) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            assertEquals(day.getKey().number(), row.getInteger("day", 0));
            String text = row.getString("visitor", 0) + " " + row.getString("id", 0) + " " + row.getLong("time", 0);
            all.computeIfAbsent(day.getKey().date(), d -> new ArrayList<>()).add(text + " " + row.getBinary("record", 0).hashCode());
          }
        }
      }
    }
    all.values().forEach(list -> list.sort(null));
    return all;
  }

  private Manifest manifest() throws IOException {
    return Manifest.newest(files, root);
  }

  private static Day day(String date) {
    return Day.parse("default " + date);
  }

  private List<String> names(Path path) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus file : files.listStatus(path)) {
      names.add(file.getPath().getName());
    }
    names.sort(null);
    return names;
  }

  private static List<Sent> random(long seed, int count) {
    Random random = new Random(seed);
    List<Sent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(new Sent("v" + random.nextInt(9), "e" + random.nextInt(count), NOON + random.nextInt(6 * 24 * 4) * 900_000L));
    }
    return events;
  }

  @Test
  void writes_each_event_once_by_day_and_leaves_out_what_is_none() throws Exception {
    log(List.of(new Sent("v2", "b", NOON), new Sent("v1", "a", NOON), new Sent("v1", "a", NOON + DAY), new Sent("v1", "c", NOON + DAY)));
    run();
    Map<String, List<String>> rows = rows();
    assertEquals(List.of("2026-01-01", "2026-01-02"), List.copyOf(rows.keySet()));
    assertTrue(rows.get("2026-01-01").get(0).startsWith("v1 a " + NOON));
    assertEquals(2, rows.get("2026-01-01").size());
    assertEquals(1, rows.get("2026-01-02").size());
  }

  @Test
  void of_a_log_that_comes_in_pieces_is_that_of_the_whole_log() throws Exception {
    List<Sent> events = random(1, 240);
    configuration.setInt(Settings.SPOOL_BYTES, 500);
    configuration.setInt(Settings.BYTES_A_MAP, 3 << 20); // three files a map
    for (int from = 0; from < events.size(); from += 80) {
      log(events.subList(from, from + 80));
      run("--reducers", from == 0 ? "1" : "3");
    }
    Map<String, List<String>> pieces = rows();

    root = new Path(root, "whole");
    raw = new RawFiles(files, root, HistoryJob.EVENTS);
    offset = 0;
    log(events);
    configuration.unset(Settings.SPOOL_BYTES);
    configuration.unset(Settings.BYTES_A_MAP);
    run();
    assertEquals(rows(), pieces);
    assertEquals(1, Manifest.newest(files, root).number);
    assertEquals(List.of("part-00000.parquet"), names(Manifest.days(root, manifest().days.get(day("2026-01-03")), day("2026-01-03"))));
  }

  @Test
  void writes_a_late_day_alone() throws Exception {
    log(List.of(new Sent("v1", "a", NOON), new Sent("v1", "b", NOON + 2 * DAY)));
    run();
    String before = Manifest.newest(files, root).days.get(Day.parse("default 2026-01-03")).run();
    log(List.of(new Sent("v1", "late", NOON + 1000)));
    run();
    Manifest after = Manifest.newest(files, root);
    assertEquals(before, after.days.get(Day.parse("default 2026-01-03")).run());
    assertNotEquals(before, after.days.get(Day.parse("default 2026-01-01")).run());
    assertEquals(2, rows().get("2026-01-01").size());
    Map<String, List<String>> rows = rows();
    run("--day", "default 2026-01-01");
    assertEquals(rows, rows());
    assertEquals(after.number + 1, Manifest.newest(files, root).number);
    run("--day", "second 2026-01-01"); // of which nothing is known
    assertEquals(rows, rows());
  }

  @Test
  void writes_no_day_but_those_that_a_late_record_touches() throws Exception {
    log(random(2, 300));
    run();
    Manifest before = manifest();
    Map<String, List<String>> rows = rows();
    List<Day> days = List.copyOf(before.days.keySet());
    assertTrue(days.size() > 5);
    // One more of an unknown visitor, one that comes before what is known of its id, and one whose earlier twin is known.
    String known = rows.get(days.get(4).date()).get(0);
    String visitor = known.split(" ")[0];
    String id = known.split(" ")[1];
    long noon = days.get(1).number() * DAY;
    log(List.of(new Sent("stranger", "s", noon), new Sent(visitor, id, noon), new Sent(visitor, id, noon + 4 * DAY)));
    run();
    Manifest after = manifest();
    TreeSet<String> written = new TreeSet<>();
    for (Day day : days) {
      if (!after.days.get(day).run().equals(before.days.get(day).run())) {
        written.add(day.date());
      } else {
        assertEquals(rows.get(day.date()), rows().get(day.date()));
      }
    }
    // What the records stand on, and the day that the displaced row stood on; no other is touched, or read with its records.
    assertEquals(new TreeSet<>(List.of(days.get(1).date(), days.get(4).date(), days.get(5).date())), written);
    TreeSet<String> folders = new TreeSet<>();
    for (String run : names(new Path(root, "history"))) {
      if (run.compareTo(before.days.get(days.get(0)).run()) > 0 && run.startsWith("run-")) {
        names(new Path(root, "history/" + run + "/shop=default")).forEach(folder -> folders.add(folder.substring(4)));
      }
    }
    assertEquals(written, folders);
    assertTrue(rows().get(days.get(1).date()).stream().anyMatch(row -> row.startsWith(visitor + " " + id + " ")));
    assertFalse(rows().get(days.get(4).date()).stream().anyMatch(row -> row.startsWith(visitor + " " + id + " ")));
  }

  @Test
  void a_run_is_one_job_s_alone_and_stays_until_a_newer_one_counts() throws Exception {
    Runs runs = new Runs(files, root);
    assertEquals("run-000000001", runs.claim());
    assertEquals("run-000000002", runs.claim());
    log(List.of(new Sent("v1", "a", NOON)));
    files.mkdirs(runs.folder("run-000000004"));
    files.mkdirs(runs.folder("run-000000002"));
    run();
    assertEquals("run-000000005", manifest().days.get(day("2026-01-01")).run());
    files.mkdirs(runs.folder(runs.claim()));
    runs.removeUnused(root);
    assertEquals(List.of("claims", "manifests", "run-000000005", "run-000000006"), names(new Path(root, "history")));
    assertEquals(List.of("run-000000005", "run-000000006"), names(new Path(root, "history/claims")));
  }

  @Test
  void does_nothing_where_nothing_is_new_and_forgets_what_a_killed_run_left() throws Exception {
    log(List.of(new Sent("v1", "a", NOON)));
    files.mkdirs(new Path(root, "history/run-000000007/_temporary/0"));
    run();
    Manifest first = Manifest.newest(files, root);
    assertEquals("run-000000008", first.days.get(Day.parse("default 2026-01-01")).run());
    assertFalse(files.exists(new Path(root, "history/run-000000007")));
    run();
    assertEquals(first.number, Manifest.newest(files, root).number);
  }

  @Test
  void of_two_jobs_at_once_one_fails() throws Exception {
    Manifest manifest = new Manifest(1, Map.of(), List.of());
    manifest.commit(files, root);
    assertThrows(IOException.class, () -> manifest.commit(files, root));
  }

  @Test
  void takes_raw_files_that_follow_each_other_and_no_others() throws Exception {
    long[][] names = {{0, 10}, {10, 20}, {10, 30}, {20, 25}, {40, 50}};
    for (long[] name : names) {
      files.create(raw.path(3, name[0], name[1], ".seq")).close();
    }
    List<RawFiles.Raw> chain = raw.chains().get(3);
    assertEquals(List.of(0L, 10L), chain.stream().map(RawFiles.Raw::from).toList());
    assertEquals(30L, raw.ends().get(3));
  }
}
