package io.vitrina.streams;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/** The few of Kafka Streams' own figures that an operator watches, as text for Prometheus; the others are in JMX. */
final class StreamsMetrics {
  private static final Set<String> WATCHED =
      Set.of("records-lag", "process-total", "commit-total", "commit-latency-avg", "failed-stream-threads", "block-cache-usage");

  private StreamsMetrics() {}

  static String text(KafkaStreams streams) {
    Set<String> lines = new TreeSet<>();
    for (Metric metric : streams.metrics().values()) {
      if (WATCHED.contains(metric.metricName().name()) && metric.metricValue() instanceof Number number) {
        lines.add(line(metric, number));
      }
    }
    return "vitrina_streams_running " + (streams.state() == KafkaStreams.State.RUNNING ? 1 : 0) + "\n" + String.join("", lines);
  }

  private static String line(Metric metric, Number number) {
    StringBuilder labels = new StringBuilder();
    new java.util.TreeMap<>(metric.metricName().tags())
        .forEach((tag, value) -> labels.append(labels.isEmpty() ? "" : ",").append(word(tag)).append("=\"").append(value.replaceAll("[\"\\\\\n]", "_")).append('"'));
    return "kafka_streams_" + word(metric.metricName().name()) + "{" + labels + "} " + number + "\n";
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
  }
}
