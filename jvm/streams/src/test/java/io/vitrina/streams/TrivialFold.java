package io.vitrina.streams;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * {@code TrivialFold cluster.properties more.properties}: the least that an application with a state does, with every setting of the
 * folds: it reads an event, counts its visitor's and sends the count on. What the folds are measured against.
 */
public final class TrivialFold {
  static final String STEP = "trivial-step";
  private static final String COUNTS = "counts";

  private TrivialFold() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.read(Arrays.stream(arguments).map(Path::of).toList(), System::getenv);
    Meters meters = new Meters();
    CountDownLatch ended = new CountDownLatch(1);
    try (KafkaStreams streams = new KafkaStreams(topology(settings.names(), meters.stage(STEP)), settings.streams());
        MetricsServer server =
            new MetricsServer(
                (int) settings.number("streams.metrics.port"), meters::text, () -> StreamsMetrics.text(streams), () -> streams.state() == KafkaStreams.State.RUNNING)) {
      streams.setStateListener((now, before) -> {
        System.out.println("streams " + now);
        if (now.hasCompletedShutdown()) {
          ended.countDown();
        }
      });
      Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
      System.out.println("metrics http://127.0.0.1:" + server.port() + "/metrics");
      streams.start();
      ended.await();
    }
  }

  private static Topology topology(Names names, Meters.Stage meter) {
    return new Topology()
        .addSource("events", new ByteArrayDeserializer(), new ByteArrayDeserializer(), names.events())
        .addProcessor(STEP, () -> new Count(meter), "events")
        .addStateStore(
            Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(COUNTS), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Names.CHANGELOG),
            STEP)
        .addSink("counted", names.late(), new ByteArraySerializer(), new ByteArraySerializer(), STEP);
  }

  private static final class Count implements Processor<byte[], byte[], byte[], byte[]> {
    private final Meters.Stage meter;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<Bytes, byte[]> counts;

    Count(Meters.Stage meter) {
      this.meter = meter;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      counts = context.getStateStore(COUNTS);
    }

    @Override
    public void process(Record<byte[], byte[]> event) {
      Bytes visitor = Bytes.wrap(event.key());
      byte[] before = counts.get(visitor);
      byte[] count = meter.folding(() -> ByteBuffer.allocate(Long.BYTES).putLong((before == null ? 0 : ByteBuffer.wrap(before).getLong()) + 1).array());
      counts.put(visitor, count);
      context.forward(event.withValue(count));
    }
  }
}
