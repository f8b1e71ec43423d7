package io.vitrina.streams;

import io.vitrina.border.Border;
import io.vitrina.border.EventFold;
import io.vitrina.border.Keyed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code Freshness cluster.properties FOLDER EVENTS RATE}: sends the log of a shop at a rate to folds that run already, and meanwhile
 * single events of a visitor, a user and an item of their own, and says how long after its sending each one's states can be read
 * from the changelogs (read committed), as every serving node does. jvm/freshness_bench.sh runs it.
 */
public final class Freshness {
  private static final int PAUSE_MS = 47; // between probes; no multiple of the commit interval
  private static final List<String> STORES = List.of(Names.VISITORS_HOT, Names.USERS, Names.ITEMS);

  private final FoldTopics topics;
  private final FoldLog log;
  private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
  private final Map<String, List<Double>> waits = new HashMap<>();

  private volatile boolean done;

  private Freshness(Path cluster, Path folder, int events) throws Exception {
    topics = new FoldTopics(cluster, "vitrina.", 8);
    log = new FoldLog(events, 40_000, 10_000, folder.resolve("log"));
    STORES.forEach(store -> waits.put(topics.names().application() + "-" + store + "-changelog", Collections.synchronizedList(new ArrayList<>())));
  }

  public static void main(String[] arguments) throws Exception {
    new Freshness(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2])).run(Double.parseDouble(arguments[3]));
  }

  private void run(double rate) throws Exception {
    long start = System.nanoTime();
    Sender load = new Sender(topics, topics.names().events(), log.events(), Sender.atRate(rate));
    load.start();
    TimeUnit.MILLISECONDS.sleep((long) (log.events().size() / rate * 1000 / 3)); // the JVMs become warm
    System.out.println("probing");
    Thread reader = new Thread(this::read);
    reader.start();
    int probes = probe(load);
    Waiting.until("every probe has come back", () -> waits.values().stream().allMatch(wait -> wait.size() >= probes));
    done = true;
    reader.join();
    load.join();
    System.out.printf(Locale.ROOT, "load: %.0f events/s of %.0f asked for%n", log.events().size() / ((System.nanoTime() - start) / 1e9), rate);
    for (String store : STORES) {
      List<Double> sorted = new ArrayList<>(waits.get(topics.names().application() + "-" + store + "-changelog"));
      Collections.sort(sorted);
      System.out.printf(
          Locale.ROOT, "event to changelog, %-13s p50 %4.0f ms, p99 %4.0f ms, max %4.0f ms (%d probes)%n",
          store + ":", sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.get(sorted.size() - 1), sorted.size());
    }
    topics.close();
  }

  /** While the load goes on; answers how many. */
  private int probe(Sender load) throws Exception {
    Properties settings = new Properties();
    settings.putAll(topics.client());
    settings.put("linger.ms", "0");
    int sent = 0;
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Border border = Border.open(FoldLog.configuration(topics.shops()))) {
      producer.partitionsFor(topics.names().events());
      for (FoldLog.Entry probe : log.probes()) {
        if (!load.isAlive()) {
          break;
        }
        EventFold fold = border.foldEvent(probe.key(), null, null, probe.value(), System.currentTimeMillis());
        long now = System.nanoTime();
        sentAt.put(FoldLog.hex(border.eventStoreKey(probe.key())), now);
        for (Keyed out : fold.facts()) {
          sentAt.put(FoldLog.hex(out.key()), now);
        }
        for (Keyed out : fold.deltas()) {
          sentAt.put(FoldLog.hex(out.key()), now);
        }
        producer.send(new ProducerRecord<>(topics.names().events(), probe.key(), probe.value()));
        sent++;
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    }
    return sent;
  }

  private void read() {
    Properties settings = new Properties();
    settings.putAll(topics.client());
    settings.put("isolation.level", "read_committed");
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      waits.keySet().forEach(topic -> consumer.partitionsFor(topic).forEach(one -> all.add(new TopicPartition(topic, one.partition()))));
      consumer.assign(all);
      consumer.seekToEnd(all);
      while (!done) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Long sent = sentAt.get(FoldLog.hex(record.key()));
          if (sent != null) {
            waits.get(record.topic()).add((System.nanoTime() - sent) / 1e6);
          }
        }
      }
    }
  }
}
