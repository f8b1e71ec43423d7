package io.vitrina.streams;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.errors.StreamsException;

/** How many partitions topics have: asked of the brokers once, since it is fixed when a topic is made. Threads: any. */
final class TopicPartitions implements Placement.Partitions {
  private final Map<String, Integer> known = new ConcurrentHashMap<>();
  private final Map<String, Object> client;

  /** {@code client} holds the settings of a client of the brokers. */
  TopicPartitions(Map<String, Object> client) {
    this.client = client;
  }

  /** Errors: StreamsException where the brokers do not say; the thread is replaced and asks again. */
  @Override
  public int of(String topic) {
    return known.computeIfAbsent(topic, this::asked);
  }

  private int asked(String topic) {
    try (Admin admin = Admin.create(client)) {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
    } catch (ExecutionException failed) {
      throw new StreamsException("the brokers do not say how many partitions " + topic + " has: " + failed.getCause().getMessage(), failed);
    } catch (InterruptedException stopped) {
      throw new InterruptException(stopped);
    }
  }
}
