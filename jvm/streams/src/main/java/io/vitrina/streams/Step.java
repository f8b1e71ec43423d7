package io.vitrina.streams;

import io.vitrina.border.BorderException;
import io.vitrina.border.DeadLetter;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * One step of a fold: what every processor of ours does around its call of the core. A record that the core refuses goes to the dead
 * letters with the state that it met, and the fold goes on; a broken invariant is tried once more before that. Trouble of the machine
 * goes up: the thread is replaced and the record comes again.
 */
abstract class Step implements Processor<byte[], byte[], byte[], byte[]> {
  private static final int KEY_BYTES_MAX = 4096;

  private final String name;
  private final String deadLetters;
  private final Meters.Stage meter;
  private ProcessorContext<byte[], byte[]> context;

  Step(String name, Names names, Meters meters) {
    this.name = name;
    deadLetters = names.deadLetters();
    meter = meters.stage(name);
  }

  /** The node that writes what this step sends to a topic; each step has its own, or all would become one subtopology. */
  static String sink(String step, String topic) {
    return step + "-to-" + topic;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  /** Folds one record: reads its state, calls {@link #core}, stores and forwards. */
  abstract void fold(Record<byte[], byte[]> record);

  /** The state that the record met, for its dead letter; null for none. */
  abstract byte[] stateOf(Record<byte[], byte[]> record);

  @Override
  public final void process(Record<byte[], byte[]> record) {
    try {
      fold(record);
    } catch (BorderException refused) {
      if (!refused.isOfTheRecord()) {
        throw refused;
      }
      bury(record, refused);
    }
  }

  /** What the core answers; measured. */
  final <T> T core(Supplier<T> call) {
    return meter.folding(() -> {
      try {
        return call.get();
      } catch (BorderException refused) {
        if (!refused.isBug()) {
          throw refused;
        }
        return call.get();
      }
    });
  }

  /** To the next step of the same partition. */
  final void forward(Record<byte[], byte[]> record, String step) {
    context.forward(record, step);
  }

  final void forward(Record<byte[], byte[]> record, byte[] key, byte[] value, String topic) {
    context.forward(record.withKey(key).withValue(value), sink(name, topic));
  }

  private void bury(Record<byte[], byte[]> record, BorderException refused) {
    meter.buried(refused.code());
    var from = context.recordMetadata().orElseThrow();
    var letter =
        new DeadLetter(
            from.topic(),
            from.partition(),
            from.offset(),
            record.timestamp(),
            refused.code(),
            refused.getMessage(),
            record.key(),
            record.value(),
            stateOf(record));
    // What is too long for a key of ours could be too long for the broker together with the letter, which holds its beginning.
    byte[] key = record.key() != null && record.key().length > KEY_BYTES_MAX ? null : record.key();
    forward(record, key, letter.encoded(), deadLetters);
  }
}
