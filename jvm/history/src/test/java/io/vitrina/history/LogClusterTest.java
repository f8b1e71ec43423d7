package io.vitrina.history;

import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vitrina.border.Wire;
import java.io.FileReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.util.ToolRunner;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real Kafka into a real HDFS, with the local runner; where VITRINA_CLUSTER names a cluster.properties. */
@EnabledIfEnvironmentVariable(named = "VITRINA_CLUSTER", matches = ".+")
class LogClusterTest {
  private static final int SPLIT = 40;

  @TempDir java.nio.file.Path folder;

  private final Properties cluster = new Properties();
  private final Configuration configuration = new Configuration();
  private final String prefix = "history-test-" + System.nanoTime() + ".";
  private Path root;
  private FileSystem files;

  @BeforeEach
  void begin() throws Exception {
    try (FileReader reader = new FileReader(System.getenv("VITRINA_CLUSTER"))) {
      cluster.load(reader);
    }
    root = new Path(cluster.getProperty("fs.defaultFS") + "/" + prefix);
    configuration.set("mapreduce.framework.name", "local");
    configuration.set("mapreduce.cluster.local.dir", folder.resolve("local").toString());
    configuration.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    configuration.setInt("mapreduce.task.io.sort.mb", 8);
    configuration.set(Settings.PREFIX, prefix);
    configuration.setInt(Settings.RECORDS_A_SPLIT, SPLIT);
    configuration.setInt("dfs.replication", 1);
    files = root.getFileSystem(configuration);
    try (Admin admin = Admin.create(kafka())) {
      admin.createTopics(List.of(new NewTopic(prefix + "events", 2, (short) 1), new NewTopic(prefix + "item-changes", 1, (short) 1))).all().get();
    }
  }

  @AfterEach
  void end() throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      admin.deleteTopics(List.of(prefix + "events", prefix + "item-changes")).all().get();
    }
    files.delete(root, true);
  }

  private Map<String, Object> kafka() {
    return new HashMap<>(Map.of("bootstrap.servers", cluster.getProperty("bootstrap.servers")));
  }

  private int ran() throws Exception {
    String[] arguments = {"--cluster", System.getenv("VITRINA_CLUSTER"), "--root", root.toString()};
    return ToolRunner.run(new Configuration(configuration), new HistoryJob(), arguments);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = kafka();
    settings.put("transactional.id", prefix);
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private void send(KafkaProducer<byte[], byte[]> producer, int from, int to, boolean commits) {
    producer.beginTransaction();
    for (int i = from; i < to; i++) {
      String visitor = "v" + i % 7;
      byte[] value = i % 10 == 9 ? utf8("garbage") : Wire.view(visitor, "e" + i, NOON + i * 60_000L, "MUG");
      producer.send(new ProducerRecord<>(prefix + "events", i % 2, utf8("default/" + visitor), value));
    }
    if (commits) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  /** Which values the raw files hold, by partition and offset. */
  private Map<String, Integer> rawRecords() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    LogRecord record = new LogRecord();
    for (Map.Entry<Integer, List<RawFiles.Raw>> chain : new RawFiles(files, root, "events").chains().entrySet()) {
      for (RawFiles.Raw raw : chain.getValue()) {
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration, SequenceFile.Reader.file(raw.path()))) {
          while (reader.next(NullWritable.get(), record)) {
            found.merge(chain.getKey() + " " + record.offset, 1, Integer::sum);
          }
        }
      }
    }
    return found;
  }

  @Test
  void holds_what_was_committed_and_nothing_twice_though_files_of_a_killed_job_are_missing() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      send(producer, 0, 200, true);
      send(producer, 1000, 1100, false);
      send(producer, 200, 300, true);
      assertEquals(0, ran());
      assertEquals(300, rawRecords().size());
      // As a job leaves it that was killed before its last splits were renamed.
      RawFiles raw = new RawFiles(files, root, "events");
      for (List<RawFiles.Raw> chain : raw.chains().values()) {
        files.delete(chain.get(chain.size() - 1).path(), false);
        files.delete(chain.get(chain.size() / 2).path(), false);
      }
      send(producer, 300, 340, true);
    }
    assertEquals(0, ran());
    Map<String, Integer> records = rawRecords();
    assertEquals(340, records.size());
    assertEquals(340, records.values().stream().mapToInt(Integer::intValue).sum());
    assertEquals(306, rows());
    assertEquals(true, files.exists(new Path(root, "dead-letters/events/1")));
  }

  private int rows() throws IOException {
    int rows = 0;
    Manifest manifest = Manifest.newest(files, root);
    for (Map.Entry<Day, Manifest.Written> day : manifest.days.entrySet()) {
      for (FileStatus part : files.listStatus(Manifest.days(root, day.getValue(), day.getKey()))) {
        try (var reader = Rows.reader(configuration, part.getPath(), true)) {
          while (reader.read() != null) {
            rows++;
          }
        }
      }
    }
    return rows;
  }

  @Test
  void says_so_where_the_log_was_deleted_before_it_was_read() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      send(producer, 0, 40, true);
      assertEquals(0, ran());
      send(producer, 40, 80, true);
    }
    try (Admin admin = Admin.create(kafka())) {
      admin.deleteRecords(Map.of(new TopicPartition(prefix + "events", 1), RecordsToDelete.beforeOffset(30))).all().get();
    }
    assertThrows(IOException.class, this::ran);
  }
}
