package io.vitrina.history;

import io.vitrina.border.VisitorHistory.Standing;
import io.vitrina.history.DayInput.Source;
import io.vitrina.history.RawFiles.Raw;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
  private static final int REDUCERS_MAX = 1000;

  private final Set<Day> anew = new TreeSet<>();
  private boolean readsLog = true;
  private int reducers;
  private Path root;
  private FileSystem files;
  private Runs runs;

  public static void main(String[] arguments) throws Exception {
    System.exit(ToolRunner.run(new Configuration(), new HistoryJob(), arguments));
  }

  @Override
  public int run(String[] arguments) throws Exception {
    read(arguments);
    Settings.preferQuickSmallJobs(getConf());
    files = root.getFileSystem(getConf());
    runs = new Runs(files, root);
    if (readsLog && !ingested()) {
      return 1;
    }
    for (Manifest manifest = begun(); !manifest.pending.isEmpty(); ) {
      manifest = written(manifest);
    }
    runs.removeUnused(root);
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
    Settings.entrust(configuration, job.getCredentials());
    job.setJarByClass(HistoryJob.class);
    if (new LogInput().getSplits(job).isEmpty()) {
      return true;
    }
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
    Map<Integer, List<Raw>> chains = new RawFiles(files, root, EVENTS).chains();
    Set<Day> days = before.pending;
    String run = runs.claim();
    runDays(days, sources(before, chains), runs.folder(run));

    Map<Integer, Long> through = new TreeMap<>();
    chains.forEach((partition, chain) -> through.put(partition, chain.get(chain.size() - 1).to()));
    Map<Day, Manifest.Written> after = new TreeMap<>(before.days);
    days.forEach(day -> after.put(day, new Manifest.Written(run, through)));
    Set<Day> pending = new TreeSet<>(disturbed(runs.folder(run)));
    pending.removeAll(days);
    Manifest manifest = new Manifest(before.number + 1, after, pending);
    manifest.commit(files, root);
    System.out.printf("%s: %d days written, %d pending%n", run, days.size(), pending.size());
    return manifest;
  }

  /** The files that the pending days are made of. */
  private List<Source> sources(Manifest before, Map<Integer, List<Raw>> chains) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (List<Raw> chain : chains.values()) {
      for (Raw file : chain) {
        if (file.days().stream().anyMatch(day -> before.pending.contains(day) && !knows(before.days.get(day), file))) {
          sources.add(new Source(Standing.NEW, file.bytes(), file.path().toString()));
        }
      }
    }
    Set<String> shops = before.pending.stream().map(Day::shop).collect(Collectors.toSet());
    for (Map.Entry<Day, Manifest.Written> known : before.days.entrySet()) {
      if (shops.contains(known.getKey().shop())) {
        Standing standing = before.pending.contains(known.getKey()) ? Standing.OLD : Standing.WITNESS;
        for (FileStatus part : parts(Manifest.days(root, known.getValue(), known.getKey()))) {
          sources.add(new Source(standing, part.getLen(), part.getPath().toString()));
        }
      }
    }
    return sources;
  }

  private void runDays(Set<Day> days, List<Source> sources, Path folder) throws Exception {
    Configuration configuration = new Configuration(getConf());
    DayInput.say(configuration, sources, days);
    configuration.set("parquet.enable.summary-metadata", "false");
    Job job = Job.getInstance(configuration, "vitrina: " + days.size() + " days of history");
    job.setJarByClass(HistoryJob.class);
    job.setInputFormatClass(DayInput.class);
    job.setMapOutputKeyClass(BytesWritable.class);
    job.setMapOutputValueClass(BytesWritable.class);
    job.setPartitionerClass(Group.ByVisitor.class);
    job.setGroupingComparatorClass(Group.Visitors.class);
    job.setReducerClass(DayReducer.class);
    job.setNumReduceTasks(reducers > 0 ? reducers : reducersFor(sources));
    job.setOutputFormatClass(DayReducer.Output.class);
    FileOutputFormat.setOutputPath(job, folder);
    if (!job.waitForCompletion(true)) {
      throw new IOException(days.size() + " days could not be written; the history is as it was");
    }
  }

  /** By what is written: a reducer makes a file of each day. */
  private int reducersFor(List<Source> sources) {
    long written = sources.stream().filter(source -> source.standing() != Standing.WITNESS).mapToLong(Source::bytes).sum();
    return (int) Math.min(REDUCERS_MAX, 1 + written / getConf().getLong(Settings.BYTES_A_REDUCER, 128L << 20));
  }

  private Set<Day> disturbed(Path run) throws IOException {
    Set<Day> days = new HashSet<>();
    for (FileStatus part : parts(new Path(run, "disturbed"))) {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(files.open(part.getPath()), StandardCharsets.UTF_8))) {
        lines.lines().map(Day::parse).forEach(days::add);
      }
    }
    return days;
  }

  /** None where a day turned out to have no rows. */
  private List<FileStatus> parts(Path folder) throws IOException {
    List<FileStatus> parts = new ArrayList<>();
    try {
      for (FileStatus file : files.listStatus(folder)) {
        if (file.getPath().getName().startsWith("part-")) {
          parts.add(file);
        }
      }
    } catch (FileNotFoundException none) {
      return List.of();
    }
    return parts;
  }
}
