package io.vitrina.streams;

import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** A fold whose state stands under the record's own key: users, items and the catalogue. */
final class KeyStep extends Step {
  /** (state or null, record) → state. */
  interface Fold {
    byte[] apply(byte[] state, Record<byte[], byte[]> record);
  }

  private final String storeName;
  private final Fold fold;
  private KeyValueStore<Bytes, byte[]> store;

  KeyStep(String name, String store, Fold fold, Names names, Meters meters) {
    super(name, names, meters);
    storeName = store;
    this.fold = fold;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    super.init(context);
    store = context.getStateStore(storeName);
  }

  @Override
  void fold(Record<byte[], byte[]> record) {
    byte[] before = stateOf(record);
    byte[] after = core(() -> fold.apply(before, record));
    if (!Arrays.equals(before, after)) {
      store.put(Bytes.wrap(record.key()), after);
    }
  }

  @Override
  byte[] stateOf(Record<byte[], byte[]> record) {
    return record.key() == null ? null : store.get(Bytes.wrap(record.key()));
  }
}
