package io.vitrina.spark;

import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * History to model.
 *
 * <pre>
 * Train --root hdfs:///vitrina [--shop default] [--set ials.epochs=12 …] [--through ms] [--now ms] [--slices N] [--no-weights]
 *       [--memory-mb N] [--config vitrina.toml]
 * </pre>
 *
 * <p>Prints the folder of the model. {@code --through} (the end of the last full hour) leaves out what came at or after it. The same
 * history, settings, {@code --through} and {@code --now} give the same folder, byte for byte, and a training that was killed goes on where
 * it was.
 */
public final class Train {
  private static final long HOUR = 3_600_000;
  private static final int DEFAULT_EPOCHS = 12; // training/recipe.hpp

  private final Map<String, String> said = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private boolean weights = true;

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
      if (!arguments[i].matches("--(root|shop|set|through|now|slices|memory-mb|config)") || i + 1 == arguments.length) {
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
    byte[] lesson = json(through, now).getBytes(StandardCharsets.UTF_8);
    boolean factorises = !settings.getOrDefault("ials.on", "true").equals("false");
    int epochs = factorises ? Integer.parseInt(settings.getOrDefault("ials.epochs", Integer.toString(DEFAULT_EPOCHS))) : 0;
    int slices = Integer.parseInt(said.getOrDefault("slices", Integer.toString(spark.sparkContext().defaultParallelism())));
    String work = root + "/training/" + shop + "-" + history + "-" + Integer.toHexString(java.util.Arrays.hashCode(lesson));
    Store store = new Store(configuration, work);
    Memory memory = Memory.of(spark.sparkContext().getConf(), Long.parseLong(said.getOrDefault("memory-mb", "-1")));
    System.err.println("vitrina: native memory: " + memory);
    Path model = new Training(new Training.Plan(root, shop, history, lesson, epochs, slices, memory), store).run(spark);
    store.delete();
    return model;
  }

  private String json(long through, long now) {
    StringBuilder named = new StringBuilder();
    settings.forEach((name, value) -> named.append(named.isEmpty() ? "" : ", ").append('"').append(name).append("\": \"").append(value).append('"'));
    String config = said.containsKey("config") ? ", \"config\": " + Arguments.quoted(said.get("config")) : "";
    return "{\"settings\": {" + named + "}, \"through\": " + through + ", \"now\": " + now + ", \"weights\": " + weights + config + "}";
  }
}
