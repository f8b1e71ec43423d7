package io.vitrina.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code LogSender cluster.properties FOLDER}: the log of tests/fold_log_driver.cpp into topics that keep its times; jvm/jobs_test.sh runs it. */
public final class LogSender {
  private static final int PARTITIONS = 3;

  private LogSender() {}

  public static void main(String[] arguments) throws Exception {
    Properties cluster = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      cluster.load(reader);
    }
    Map<String, Object> kafka = Map.of("bootstrap.servers", cluster.getProperty("bootstrap.servers"));
    String prefix = cluster.getProperty("topic.prefix");
    try (Admin admin = Admin.create(kafka)) {
      admin.createTopics(topics(prefix)).all().get();
    }
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String topic : List.of(HistoryJob.EVENTS, HistoryJob.ITEM_CHANGES)) {
        send(producer, prefix + topic, Path.of(arguments[1], topic));
      }
      producer.send(new ProducerRecord<>(prefix + HistoryJob.EVENTS, utf8("default/v"), utf8("garbage"))).get();
    }
  }

  private static List<NewTopic> topics(String prefix) {
    Map<String, String> kept = Map.of("retention.ms", "-1"); // the times of the log are long ago
    return List.of(
        new NewTopic(prefix + HistoryJob.EVENTS, PARTITIONS, (short) 1).configs(kept),
        new NewTopic(prefix + HistoryJob.ITEM_CHANGES, 1, (short) 1).configs(kept),
        new NewTopic(prefix + "models", 1, (short) 1));
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, Path file) throws IOException {
    ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    while (log.hasRemaining()) {
      byte[] key = part(log);
      byte[] value = part(log);
      long time = ByteBuffer.wrap(part(log)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      producer.send(new ProducerRecord<>(topic, null, time, key, value));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] part(ByteBuffer from) {
    byte[] part = new byte[from.getInt()];
    from.get(part);
    return part;
  }
}
