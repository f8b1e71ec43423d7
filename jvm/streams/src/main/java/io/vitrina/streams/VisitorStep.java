package io.vitrina.streams;

import io.vitrina.border.BorderException;
import io.vitrina.border.EventFold;
import io.vitrina.border.Keyed;
import io.vitrina.border.Verdict;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Events into the states of their visitors; facts, deltas and late events go on, and what concerns success. */
final class VisitorStep extends Step {
  private final Core core;
  private final String success;
  private final Names names;
  private final Meters meters;
  private KeyValueStore<Bytes, byte[]> hot;
  private KeyValueStore<Bytes, byte[]> cold;

  /** {@code success} is the step of what became of recommendations. */
  VisitorStep(String name, String success, Core core, Names names, Meters meters) {
    super(name, names, meters);
    this.core = core;
    this.success = success;
    this.names = names;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    super.init(context);
    hot = context.getStateStore(Names.VISITORS_HOT);
    cold = context.getStateStore(Names.VISITORS_COLD);
  }

  @Override
  void fold(Record<byte[], byte[]> record) {
    Bytes visitor = Bytes.wrap(core.eventStoreKey(record.key()));
    byte[] hotBefore = hot.get(visitor);
    byte[] coldBefore = cold.get(visitor);
    EventFold fold = core(() -> core.foldEvent(record.key(), hotBefore, coldBefore, record.value(), record.timestamp()));
    meters.verdict(fold.verdict());
    if (fold.hot() != null) {
      hot.put(visitor, fold.hot());
    }
    if (fold.cold() != null) {
      cold.put(visitor, fold.cold());
    }
    for (Keyed facts : fold.facts()) {
      forward(record, facts.key(), facts.value(), names.userFacts());
    }
    for (Keyed delta : fold.deltas()) {
      forward(record, delta.key(), delta.value(), names.itemDeltas());
    }
    if (fold.verdict() == Verdict.LATE) {
      forward(record, record.key(), record.value(), names.late());
    }
    if (fold.concernsSuccess()) {
      forward(record, success);
    }
  }

  @Override
  byte[] stateOf(Record<byte[], byte[]> record) {
    try {
      Bytes visitor = Bytes.wrap(core.eventStoreKey(record.key()));
      return joined(hot.get(visitor), cold.get(visitor));
    } catch (BorderException noKey) {
      return null;
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
