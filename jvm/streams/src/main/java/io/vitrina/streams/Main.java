package io.vitrina.streams;

import io.vitrina.border.Border;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** {@code Main cluster.properties [more.properties …]}: folds until it is told to stop. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Settings settings;
    try {
      settings = Settings.read(Arrays.stream(arguments).map(Path::of).toList(), System::getenv);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    boolean failed;
    Meters meters = new Meters();
    CountDownLatch ended = new CountDownLatch(1);
    var partitions = new TopicPartitions(new StreamsConfig(settings.streams()).getAdminConfigs(settings.names().application() + "-placement"));
    try (Border border = Border.open(settings.border());
        KafkaStreams streams = new KafkaStreams(Folds.topology(settings.names(), Core.of(border), partitions, meters), settings.streams());
        MetricsServer server =
            new MetricsServer(
                (int) settings.number("streams.metrics.port"),
                meters::text,
                () -> StreamsMetrics.text(streams),
                () -> streams.state() == KafkaStreams.State.RUNNING)) {
      streams.setUncaughtExceptionHandler(Main::replaced);
      streams.setStateListener((now, before) -> {
        System.out.println("streams " + now);
        if (now.hasCompletedShutdown()) {
          ended.countDown();
        }
      });
      Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(30))));
      System.out.println("metrics http://127.0.0.1:" + server.port() + "/metrics");
      streams.start();
      ended.await();
      failed = streams.state() == KafkaStreams.State.ERROR;
    }
    if (failed) {
      System.exit(1);
    }
  }

  /** A second's rest, so that what stays broken (a topic that is not there yet) does not fill the log. */
  private static StreamThreadExceptionResponse replaced(Throwable problem) {
    System.err.println("a thread of the folds ends and is replaced: " + problem);
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }
}
