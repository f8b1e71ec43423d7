package io.vitrina.streams;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of the application, from properties files: {@code cluster.properties} as `make cluster` writes it, and whatever follows, of which
 * the later one counts. docs/cluster.md has the table of the keys. {@code ${NAME}} in a value is the environment's NAME, so that
 * passwords stand in no file. What begins with {@code kafka.} goes to Kafka's clients as it is.
 *
 * <p>Errors: IllegalArgumentException that names the key.
 */
public final class Settings {
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("topic.prefix", "vitrina."),
          Map.entry("streams.threads", "2"),
          Map.entry("streams.standby.replicas", "0"),
          Map.entry("streams.replication.factor", "-1"),
          Map.entry("streams.commit.interval.ms", "100"),
          Map.entry("streams.cache.bytes", "67108864"),
          Map.entry("streams.rocksdb.cache.bytes", "134217728"),
          Map.entry("streams.rocksdb.write.buffer.bytes", "67108864"),
          Map.entry("streams.session.timeout.ms", "6000"),
          Map.entry("streams.metrics.port", "0"));

  private final Map<String, String> values = new TreeMap<>(DEFAULTS);

  private Settings() {}

  public static Settings read(List<Path> files, UnaryOperator<String> environment) throws IOException {
    Settings settings = new Settings();
    for (Path file : files) {
      Properties read = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        read.load(reader);
      }
      read.stringPropertyNames().forEach(name -> settings.values.put(name, filled(name, read.getProperty(name), environment)));
    }
    settings.check();
    return settings;
  }

  private static String filled(String name, String value, UnaryOperator<String> environment) {
    if (!value.startsWith("${") || !value.endsWith("}")) {
      return value;
    }
    String found = environment.apply(value.substring(2, value.length() - 1));
    if (found == null) {
      throw new IllegalArgumentException(name + " asks for the environment's " + value + ", which is not set");
    }
    return found;
  }

  private void check() {
    for (String name : values.keySet()) {
      if (name.startsWith("streams.") && !DEFAULTS.containsKey(name) && !name.equals("streams.state.dir")) {
        throw new IllegalArgumentException(name + " is no setting; there are " + new TreeMap<>(DEFAULTS).keySet() + " and streams.state.dir");
      }
    }
    for (String name : List.of("bootstrap.servers", "shops.file", "streams.state.dir")) {
      text(name);
    }
    for (String name : DEFAULTS.keySet()) {
      if (!name.equals("topic.prefix")) {
        number(name);
      }
    }
  }

  public String text(String name) {
    String value = values.get(name);
    if (value == null || value.isBlank() && !name.equals("topic.prefix")) {
      throw new IllegalArgumentException(name + " is not set; put it into one of the properties files");
    }
    return value;
  }

  public long number(String name) {
    try {
      return Long.parseLong(text(name));
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(name + " is \"" + text(name) + "\"; it must be a whole number", noNumber);
    }
  }

  public Names names() {
    return new Names(text("topic.prefix"));
  }

  /** The border's configuration: the shops' file as it is, and the numbers that begin with {@code fold.} and {@code feedback.}. */
  public byte[] border() throws IOException {
    String shops = Files.readString(Path.of(text("shops.file")));
    String broken = values.getOrDefault("fault.broken.event", "");
    if (!broken.matches("[A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("fault.broken.event may hold letters, digits and . _ - only");
    }
    String fault = broken.isEmpty() ? "" : ", \"broken_event\": \"" + broken + "\"";
    return ("{\"shops\": " + shops + ", " + numbers("fold") + ", " + numbers("feedback") + fault + "}").getBytes(StandardCharsets.UTF_8);
  }

  private String numbers(String part) {
    return values.keySet().stream()
        .filter(name -> name.startsWith(part + "."))
        .map(name -> "\"" + name.substring(part.length() + 1) + "\": " + number(name))
        .collect(Collectors.joining(", ", "\"" + part + "\": {", "}"));
  }

  /** Settings of Kafka Streams; what we rely on comes last and cannot be overridden. */
  public Properties streams() {
    Properties streams = new Properties();
    for (String security : List.of("security.", "sasl.", "ssl.")) {
      values.forEach((name, value) -> {
        if (name.startsWith(security)) {
          streams.put(name, value);
        }
      });
    }
    streams.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    streams.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    values.forEach((name, value) -> {
      if (name.startsWith("kafka.")) {
        streams.put(name.substring(6), value);
      }
    });
    pinned(streams);
    return streams;
  }

  private void pinned(Properties streams) {
    streams.put(StreamsConfig.APPLICATION_ID_CONFIG, names().application());
    streams.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, text("bootstrap.servers"));
    streams.put(StreamsConfig.STATE_DIR_CONFIG, text("streams.state.dir"));
    streams.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    streams.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, text("streams.threads"));
    streams.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, text("streams.standby.replicas"));
    streams.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, text("streams.replication.factor"));
    streams.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, text("streams.commit.interval.ms"));
    streams.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, text("streams.cache.bytes"));
    streams.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, AppendTime.class);
    streams.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
    streams.put(RocksMemory.CACHE_BYTES, text("streams.rocksdb.cache.bytes"));
    streams.put(RocksMemory.WRITE_BUFFER_BYTES, text("streams.rocksdb.write.buffer.bytes"));
    long session = number("streams.session.timeout.ms");
    streams.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), Long.toString(session));
    streams.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), Long.toString(session / 4));
  }
}
