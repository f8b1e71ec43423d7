package io.vitrina.streams;

import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Before the step of a topic that a shop may write to itself: a record in another partition than its key's, put there by a client with
 * another partitioner, would be folded into a second state of its visitor. It goes into its topic again, to the partition where it
 * belongs, in the same transaction; the copy at the wrong place counts for nothing.
 */
final class Placement implements Processor<byte[], byte[], byte[], byte[]> {
  /** How many partitions a topic has; asked once a task. */
  interface Partitions {
    int of(String topic);
  }

  private final String topic;
  private final String next;
  private final Partitions partitions;
  private final Meters meters;
  private ProcessorContext<byte[], byte[]> context;
  private int count;

  Placement(String topic, String next, Partitions partitions, Meters meters) {
    this.topic = topic;
    this.next = next;
    this.partitions = partitions;
    this.meters = meters;
  }

  static String name(String topic) {
    return topic + "-placement";
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    count = partitions.of(topic);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // A record without a key belongs nowhere; the step says so.
    if (record.key() == null || Utils.toPositive(Utils.murmur2(record.key())) % count == context.taskId().partition()) {
      context.forward(record, next);
    } else {
      meters.misplaced();
      context.forward(record, Step.sink(name(topic), topic));
    }
  }
}
