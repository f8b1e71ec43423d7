package io.vitrina.spark;

import io.vitrina.border.Lesson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Tells the serving nodes which model a shop should use: a record in the topic of models.
 *
 * <pre>
 * Publish --cluster cluster.properties --root hdfs:///vitrina [--shop default] [--version the newest] [--keep 10]
 * </pre>
 *
 * <p>An older version is published to go back to it. Saying it twice does no harm. A model that is half-written is refused.
 * What is older than the newest {@code --keep} models (0: all stay) is removed afterwards, never the one that was published.
 */
public final class Publish {
  private final Map<String, String> said = new TreeMap<>(Map.of("shop", "default", "keep", "10"));

  public static void main(String[] arguments) throws Exception {
    System.out.println("published " + new Publish().read(arguments).run(new Configuration()));
  }

  Publish read(String... arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].matches("--(cluster|root|shop|version|keep)") || i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
      }
      said.put(arguments[i].substring(2), arguments[i + 1]);
    }
    if (!said.get("keep").matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("--keep " + said.get("keep") + ": say how many models stay, 0 for all");
    }
    return this;
  }

  String run(Configuration configuration) throws Exception {
    if (!said.containsKey("cluster") || !said.containsKey("root")) {
      throw new IllegalArgumentException("say --cluster, a cluster.properties, and --root, the folder of the file system where models lie");
    }
    Properties cluster = new Properties();
    try (var reader = Files.newBufferedReader(java.nio.file.Path.of(said.get("cluster")))) {
      cluster.load(reader);
    }
    Path versions = new Path(said.get("root") + "/models/" + said.get("shop"));
    FileSystem files = versions.getFileSystem(configuration);
    String version = said.containsKey("version") ? said.get("version") : newest(files, versions);
    Path folder = new Path(versions, version);
    byte[] manifest;
    try (FSDataInputStream in = files.open(new Path(folder, "manifest.json"))) {
      manifest = in.readAllBytes();
    }
    Path model = new Path(folder, "model.vit");
    byte[] path = model.toUri().getPath().getBytes(StandardCharsets.UTF_8);
    long kept = Long.parseLong(said.get("keep"));
    send(cluster, Lesson.published(manifest, path, files.getFileStatus(model).getLen()));
    Retention.keepByName(files, versions, "manifest.json", kept, folder);
    return version;
  }

  /** Names begin with the time at which they were trained. */
  static String newest(FileSystem files, Path versions) throws IOException {
    String newest = "";
    for (FileStatus version : files.exists(versions) ? files.listStatus(versions) : new FileStatus[0]) {
      String name = version.getPath().getName();
      newest = name.compareTo(newest) > 0 ? name : newest;
    }
    if (newest.isEmpty()) {
      throw new IllegalArgumentException("there is no model in " + versions + "; train one first");
    }
    return newest;
  }

  /** {@code ${NAME}} is the environment's NAME, so that no file holds a password. */
  private static String filled(String name, String value) {
    if (!value.matches("\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}")) {
      return value;
    }
    String found = System.getenv(value.substring(2, value.length() - 1));
    if (found == null) {
      throw new IllegalArgumentException(name + " asks for the environment's " + value + ", which is not set");
    }
    return found;
  }

  private void send(Properties cluster, byte[] record) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    for (String name : cluster.stringPropertyNames()) {
      if (name.equals("bootstrap.servers") || name.matches("(security|sasl|ssl)\\..*")) {
        settings.put(name, filled(name, cluster.getProperty(name)));
      }
    }
    settings.put("acks", "all");
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] key = said.get("shop").getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(cluster.getProperty("topic.prefix", "vitrina.") + "models", key, record)).get();
    }
  }
}
