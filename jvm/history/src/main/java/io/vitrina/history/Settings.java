package io.vitrina.history;

import io.vitrina.border.Border;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;

/** What the job is told, as keys of its Hadoop configuration, so that tasks see it too; a cluster.properties fills what is not said. */
final class Settings {
  static final String ROOT = "vitrina.root";
  static final String SHOPS = "vitrina.shops";
  static final String PREFIX = "vitrina.topic.prefix";
  static final String KAFKA = "vitrina.kafka.";
  private static final String SECRET = "vitrina.environment.";
  static final String RECORDS_A_SPLIT = "vitrina.history.records.a.split";
  static final String BYTES_A_MAP = "vitrina.history.bytes.a.map";
  static final String BYTES_A_REDUCER = "vitrina.history.bytes.a.reducer";
  static final String SPOOL_BYTES = "vitrina.history.spool.bytes";
  static final String KAFKA_WAIT_MS = "vitrina.history.kafka.wait.ms";

  private Settings() {}

  /** {@code cluster.properties}: everything that Kafka's clients understand goes to them. */
  static void fill(Configuration to, Path file) throws IOException {
    Properties said = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      said.load(reader);
    }
    for (String name : said.stringPropertyNames()) {
      if (name.equals("topic.prefix")) {
        to.setIfUnset(PREFIX, said.getProperty(name));
      } else if (name.equals("bootstrap.servers") || name.matches("(security|sasl|ssl)\\..*")) {
        to.setIfUnset(KAFKA + name, said.getProperty(name));
      }
    }
  }

  static Map<String, Object> kafka(Configuration configuration) {
    Map<String, Object> settings = new TreeMap<>();
    configuration.getPropsWithPrefix(KAFKA).forEach((name, value) -> settings.put(name, filled(name, value)));
    settings.put("isolation.level", "read_committed");
    // What is read is there; at the end of a partition the broker would let the next one's request wait for more of it.
    settings.put("fetch.max.wait.ms", "20");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");
    settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    settings.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    return settings;
  }

  /** Values {@code ${NAME}} are the environment's NAME of whoever submits; tasks have them from the job's credentials, which no page shows. */
  static void entrust(Configuration configuration, Credentials credentials) {
    for (Map.Entry<String, String> said : configuration.getPropsWithPrefix(KAFKA).entrySet()) {
      if (named(said.getValue())) {
        credentials.addSecretKey(new Text(SECRET + said.getValue()), filled(said.getKey(), said.getValue()).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static boolean named(String value) {
    return value.matches("\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}");
  }

  private static String filled(String name, String value) {
    if (!named(value)) {
      return value;
    }
    String found = System.getenv(value.substring(2, value.length() - 1));
    if (found != null) {
      return found;
    }
    try {
      byte[] secret = UserGroupInformation.getCurrentUser().getCredentials().getSecretKey(new Text(SECRET + value));
      if (secret != null) {
        return new String(secret, StandardCharsets.UTF_8);
      }
    } catch (IOException unknown) {
      throw new UncheckedIOException(unknown);
    }
    throw new IllegalArgumentException(name.replace(KAFKA, "") + " asks for the environment's " + value + ", which is not set");
  }

  /** What Hadoop's own defaults make slow where many files or jobs are small; what anybody said counts before it. */
  static void preferQuickSmallJobs(Configuration configuration) {
    // A job of one map and at most one reducer runs within the process that would have started their processes.
    prefer(configuration, "mapreduce.job.ubertask.enable", "true");
    prefer(configuration, "mapreduce.job.ubertask.maxmaps", "1");
    // Whether the datanodes have reported a file's last block is asked after 10, 20, 40 … ms, up to 40 s in all, not after 400 first.
    prefer(configuration, "dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10");
    prefer(configuration, "dfs.client.block.write.locateFollowingBlock.retries", "12");
  }

  private static void prefer(Configuration configuration, String name, String value) {
    String[] saidBy = configuration.getPropertySources(name);
    if (saidBy == null || saidBy[saidBy.length - 1].endsWith("-default.xml")) {
      configuration.set(name, value);
    }
  }

  static String topic(Configuration configuration, String name) {
    return configuration.get(PREFIX, "vitrina.") + name;
  }

  /** The history needs the names of the shops only: no secret of theirs goes into a job. */
  static Border border(Configuration configuration) {
    StringBuilder shops = new StringBuilder();
    for (String shop : configuration.getTrimmedStrings(SHOPS, "default")) {
      shops.append(shops.isEmpty() ? "" : ", ").append('"').append(shop).append("\": \"").append("0".repeat(64)).append('"');
    }
    return Border.open(("{\"shops\": {" + shops + "}}").getBytes(StandardCharsets.UTF_8));
  }
}
