package io.vitrina.history;

import io.vitrina.border.VisitorHistory.Standing;
import io.vitrina.history.RawFiles.Raw;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.conf.Configured;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.output.NullOutputFormat;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;

/**
 * Kafka's log becomes history: first raw files of what is new, then the days that they touch.
 *
 * <pre>
 * HistoryJob [-D name=value …] --cluster cluster.properties --root hdfs:///vitrina [--shops a,b] [--reducers N] [--no-log] [--day 'shop 2026-01-05' …]
 * </pre>
 *
 * <p>May be killed at any time and started again: nothing is lost or repeated. Of two that run at once one fails, with nothing changed.
 * {@code --day} makes a day anew from its raw files alone; {@code --no-log} reads nothing from Kafka.
 */
public final class HistoryJob extends Configured implements Tool {
  static final String EVENTS = "events";
  static final String ITEM_CHANGES = "item-changes";

  private final Set<Day> anew = new TreeSet<>();
  private boolean readsLog = true;
  private int reducers = 2;
  private Path root;
  private FileSystem files;

  public static void main(String[] arguments) throws Exception {
    System.exit(ToolRunner.run(new Configuration(), new HistoryJob(), arguments));
  }

  @Override
  public int run(String[] arguments) throws Exception {
    read(arguments);
    files = root.getFileSystem(getConf());
    if (readsLog && !ingested()) {
      return 1;
    }
    for (Manifest manifest = begun(); !manifest.pending.isEmpty(); ) {
      manifest = written(manifest);
    }
    removeUnused();
    return 0;
  }

  private void read(String[] arguments) throws IOException {
    Configuration configuration = getConf();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--no-log")) {
        readsLog = false;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
      }
      String value = arguments[++i];
      switch (arguments[i - 1]) {
        case "--cluster" -> Settings.fill(configuration, java.nio.file.Path.of(value));
        case "--root" -> configuration.set(Settings.ROOT, value);
        case "--shops" -> configuration.set(Settings.SHOPS, value);
        case "--reducers" -> reducers = Integer.parseInt(value);
        case "--day" -> anew.add(Day.parse(value));
        default -> throw new IllegalArgumentException(arguments[i - 1] + " is unknown");
      }
    }
    if (configuration.get(Settings.ROOT) == null) {
      throw new IllegalArgumentException("say --root, the folder of the file system where history lies");
    }
    root = new Path(configuration.get(Settings.ROOT));
  }

  private boolean ingested() throws Exception {
    Configuration configuration = new Configuration(getConf());
    configuration.setIfUnset(LogInput.TOPICS, EVENTS + "," + ITEM_CHANGES);
    configuration.setInt("mapreduce.map.maxattempts", 4);
    Job job = Job.getInstance(configuration, "vitrina: the log to raw files");
    if (new LogInput().getSplits(job).isEmpty()) {
      return true;
    }
    job.setJarByClass(HistoryJob.class);
    job.setInputFormatClass(LogInput.class);
    job.setMapperClass(LogMapper.class);
    job.setNumReduceTasks(0);
    job.setOutputFormatClass(NullOutputFormat.class);
    boolean good = job.waitForCompletion(true);
    files.delete(LogMapper.attempts(root, job.getJobID().toString()), true);
    return good;
  }

  /** The newest manifest, with everything pending that raw files or the caller ask for. */
  private Manifest begun() throws IOException {
    Manifest newest = Manifest.newest(files, root);
    Set<Day> pending = new TreeSet<>(newest.pending);
    for (List<Raw> chain : new RawFiles(files, root, EVENTS).chains().values()) {
      for (Raw raw : chain) {
        for (Day day : raw.days()) {
          if (!knows(newest.days.get(day), raw)) {
            pending.add(day);
          }
        }
      }
    }
    Map<Day, Manifest.Written> days = new TreeMap<>(newest.days);
    anew.forEach(days::remove);
    pending.addAll(anew);
    return new Manifest(newest.number, days, pending);
  }

  private static boolean knows(Manifest.Written written, Raw raw) {
    return written != null && written.through().getOrDefault(raw.partition(), 0L) >= raw.to();
  }

  private Manifest written(Manifest before) throws Exception {
    Set<Day> days = before.pending.stream().limit(getConf().getInt(Settings.DAYS_A_RUN, 31)).collect(Collectors.toCollection(TreeSet::new));
    RawFiles raw = new RawFiles(files, root, EVENTS);
    Map<Integer, List<Raw>> chains = raw.chains();
    List<String> inputs = new ArrayList<>();
    for (List<Raw> chain : chains.values()) {
      for (Raw file : chain) {
        if (file.days().stream().anyMatch(day -> days.contains(day) && !knows(before.days.get(day), file))) {
          inputs.add(Standing.NEW + " " + file.path());
        }
      }
    }
    Set<String> shops = days.stream().map(Day::shop).collect(Collectors.toSet());
    for (Map.Entry<Day, Manifest.Written> known : before.days.entrySet()) {
      if (shops.contains(known.getKey().shop())) {
        Standing standing = days.contains(known.getKey()) ? Standing.OLD : Standing.WITNESS;
        for (Path part : parts(Manifest.days(root, known.getValue(), known.getKey()))) {
          inputs.add(standing + " " + part);
        }
      }
    }
    String run = String.format("run-%09d", nextRun());
    Path folder = new Path(root, "history/" + run);
    runDays(days, inputs, folder);

    Map<Integer, Long> through = new TreeMap<>();
    chains.forEach((partition, chain) -> through.put(partition, chain.get(chain.size() - 1).to()));
    Map<Day, Manifest.Written> after = new TreeMap<>(before.days);
    days.forEach(day -> after.put(day, new Manifest.Written(run, through)));
    Set<Day> pending = new TreeSet<>(before.pending);
    pending.addAll(disturbed(folder));
    pending.removeAll(days);
    Manifest manifest = new Manifest(before.number + 1, after, pending);
    manifest.commit(files, root);
    System.out.printf("%s: %d days written, %d pending%n", run, days.size(), pending.size());
    return manifest;
  }

  private void runDays(Set<Day> days, List<String> inputs, Path folder) throws Exception {
    Configuration configuration = new Configuration(getConf());
    configuration.set(DayInput.FILES, String.join("\n", inputs));
    configuration.set(DayInput.DAYS, days.stream().map(Day::toString).collect(Collectors.joining("\n")));
    configuration.set("parquet.enable.summary-metadata", "false");
    Job job = Job.getInstance(configuration, "vitrina: " + days.size() + " days of history");
    job.setJarByClass(HistoryJob.class);
    job.setInputFormatClass(DayInput.class);
    job.setMapOutputKeyClass(BytesWritable.class);
    job.setMapOutputValueClass(BytesWritable.class);
    job.setPartitionerClass(Group.ByVisitor.class);
    job.setGroupingComparatorClass(Group.Visitors.class);
    job.setReducerClass(DayReducer.class);
    job.setNumReduceTasks(reducers);
    job.setOutputFormatClass(DayReducer.Output.class);
    FileOutputFormat.setOutputPath(job, folder);
    if (!job.waitForCompletion(true)) {
      throw new IOException("the days " + days + " could not be written; the history is as it was");
    }
  }

  private Set<Day> disturbed(Path run) throws IOException {
    Set<Day> days = new HashSet<>();
    for (Path part : parts(new Path(run, "disturbed"))) {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(files.open(part), StandardCharsets.UTF_8))) {
        lines.lines().map(Day::parse).forEach(days::add);
      }
    }
    return days;
  }

  private List<Path> parts(Path folder) throws IOException {
    List<Path> parts = new ArrayList<>();
    for (FileStatus file : listed(folder)) {
      if (file.getPath().getName().startsWith("part-")) {
        parts.add(file.getPath());
      }
    }
    return parts;
  }

  private long nextRun() throws IOException {
    long last = 0;
    for (FileStatus run : listed(new Path(root, "history"))) {
      if (run.getPath().getName().matches("run-\\d{9}")) {
        last = Math.max(last, Long.parseLong(run.getPath().getName().substring(4)));
      }
    }
    return last + 1;
  }

  /** Runs that neither of the two newest manifests names: readers may still follow the last but one. */
  private void removeUnused() throws IOException {
    Manifest newest = Manifest.newest(files, root);
    Map<String, Boolean> used = new HashMap<>();
    for (long number = Math.max(1, newest.number - 1); number <= newest.number; number++) {
      Manifest.read(files, root, number).days.values().forEach(written -> used.put(written.run(), true));
    }
    for (FileStatus run : listed(new Path(root, "history"))) {
      if (run.getPath().getName().startsWith("run-") && !used.containsKey(run.getPath().getName())) {
        files.delete(run.getPath(), true);
      }
    }
  }

  private FileStatus[] listed(Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException none) {
      return new FileStatus[0];
    }
  }
}
