package io.vitrina.spark;

import io.vitrina.border.Lesson;
import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * History to model.
 *
 * <pre>
 * Train --root hdfs:///vitrina [--shop default] [--set ials.epochs=12 …] [--through ms] [--now ms] [--slices N] [--no-weights]
 *       [--memory-mb N] [--config vitrina.toml] [--in-use VERSION] [--force]
 * </pre>
 *
 * <p>Prints the folder of the model. {@code --through} (the end of the last full hour) leaves out what came at or after it. The same
 * history, settings, {@code --through} and {@code --now} give the same folder, byte for byte, and a training that was killed goes on where
 * it was.
 *
 * <p>The release gate (evaluation/release.hpp) holds the training against {@code --in-use}, the newest model from before {@code --now};
 * where it refuses, the job fails with its reasons and there is no new model. {@code --force} releases all the same.
 */
public final class Train {
  private static final long HOUR = 3_600_000;

  private final Map<String, String> said = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private boolean weights = true;
  private boolean force = false;

  public static void main(String[] arguments) throws IOException {
    Train train = new Train();
    train.read(arguments);
    try (SparkSession spark = SparkSession.builder().appName("vitrina: train").getOrCreate()) {
      System.out.println("model " + train.run(spark));
    }
  }

  Train read(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--no-weights")) {
        weights = false;
        continue;
      }
      if (arguments[i].equals("--force")) {
        force = true;
        continue;
      }
      if (!arguments[i].matches("--(in-use|root|shop|set|through|now|slices|memory-mb|config)") || i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
      }
      String name = arguments[i].substring(2);
      String value = arguments[++i];
      if (name.equals("set")) {
        int equals = value.indexOf('=');
        if (!value.matches("[a-z_.]+=[a-z0-9_.+-]+")) {
          throw new IllegalArgumentException("--set takes name=value, not " + value);
        }
        settings.put(value.substring(0, equals), value.substring(equals + 1));
      } else {
        said.put(name, value);
      }
    }
    return this;
  }

  Path run(SparkSession spark) throws IOException {
    if (!said.containsKey("root")) {
      throw new IllegalArgumentException("say --root, the folder of the file system where history lies");
    }
    if (!said.getOrDefault("shop", "default").matches("[a-z0-9-]{1,32}")) {
      throw new IllegalArgumentException("--shop takes 1 to 32 of a-z, 0-9 and -");
    }
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    String root = said.get("root");
    long now = Long.parseLong(said.getOrDefault("now", Long.toString(System.currentTimeMillis())));
    long through = Long.parseLong(said.getOrDefault("through", Long.toString(now / HOUR * HOUR)));
    String shop = said.getOrDefault("shop", "default");
    Path rootPath = new Path(root);
    long history = HistoryFiles.newest(rootPath.getFileSystem(configuration), rootPath);
    if (history == 0) {
      throw new IllegalArgumentException("there is no history in " + root + "; run the history job first");
    }
    byte[] lesson = json(through, now, inUse(rootPath, shop, now, configuration)).getBytes(StandardCharsets.UTF_8);
    int epochs;
    try (Lesson read = new Lesson(lesson)) {
      epochs = read.epochs();
    }
    int slices = Integer.parseInt(said.getOrDefault("slices", Integer.toString(spark.sparkContext().defaultParallelism())));
    String work = root + "/training/" + shop + "-" + history + "-" + Integer.toHexString(java.util.Arrays.hashCode(lesson));
    Store store = new Store(configuration, work);
    Memory memory = Memory.of(spark.sparkContext().getConf(), Long.parseLong(said.getOrDefault("memory-mb", "-1")));
    System.err.println("vitrina: native memory: " + memory);
    Path model = new Training(new Training.Plan(root, shop, history, lesson, epochs, slices, memory), store).run(spark);
    store.delete();
    return model;
  }

  /** The manifest of the version that the gate compares with; empty where there is none. */
  private String inUse(Path root, String shop, long now, Configuration configuration) throws IOException {
    Path versions = new Path(root, "models/" + shop);
    FileSystem files = versions.getFileSystem(configuration);
    String version = said.getOrDefault("in-use", "");
    // Names begin with the time at which they were trained.
    String before = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(Instant.ofEpochMilli(now));
    if (version.isEmpty()) {
      for (FileStatus status : files.exists(versions) ? files.listStatus(versions) : new FileStatus[0]) {
        String name = status.getPath().getName();
        version = name.compareTo(before) < 0 && name.compareTo(version) > 0 ? name : version;
      }
    }
    if (version.isEmpty()) {
      return "";
    }
    try (FSDataInputStream in = files.open(new Path(versions, version + "/manifest.json"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String json(long through, long now, String inUse) {
    StringBuilder named = new StringBuilder();
    settings.forEach((name, value) -> named.append(named.isEmpty() ? "" : ", ").append('"').append(name).append("\": \"").append(value).append('"'));
    String config = said.containsKey("config") ? ", \"config\": " + Arguments.quoted(said.get("config")) : "";
    String gate = (inUse.isEmpty() ? "" : ", \"in_use\": " + Arguments.text(inUse)) + (force ? ", \"force\": true" : "");
    return "{\"settings\": {" + named + "}, \"through\": " + through + ", \"now\": " + now + ", \"weights\": " + weights + config + gate + "}";
  }
}
