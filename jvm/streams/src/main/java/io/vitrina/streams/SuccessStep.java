package io.vitrina.streams;

import io.vitrina.border.BorderException;
import io.vitrina.border.Keyed;
import io.vitrina.border.SuccessFold;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** What became of recommendations, into what is open with a shopper: a visitor, or a user. Outcomes and counts of items go on. */
final class SuccessStep extends Step {
  /** (shopper or null, record) → what follows. */
  interface Fold {
    SuccessFold apply(byte[] shopper, Record<byte[], byte[]> record);
  }

  /** The key of the record → that of its shopper. */
  interface StoreKey {
    byte[] of(byte[] key);
  }

  private final String storeName;
  private final StoreKey storeKey;
  private final Fold fold;
  private final Names names;
  private KeyValueStore<Bytes, byte[]> store;

  SuccessStep(String name, String store, StoreKey storeKey, Fold fold, Names names, Meters meters) {
    super(name, names, meters);
    storeName = store;
    this.storeKey = storeKey;
    this.fold = fold;
    this.names = names;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    super.init(context);
    store = context.getStateStore(storeName);
  }

  @Override
  void fold(Record<byte[], byte[]> record) {
    Bytes shopper = record.key() == null ? null : Bytes.wrap(storeKey.of(record.key()));
    byte[] before = shopper == null ? null : store.get(shopper);
    SuccessFold followed = core(() -> fold.apply(before, record));
    if (followed.shopper() != null) {
      store.put(shopper, followed.shopper());
    }
    for (Keyed records : followed.records()) {
      forward(record, records.key(), records.value(), names.shopperRecords());
    }
    for (Keyed outcome : followed.outcomes()) {
      forward(record, outcome.key(), outcome.value(), names.outcomes());
    }
    for (Keyed delta : followed.deltas()) {
      forward(record, delta.key(), delta.value(), names.successDeltas());
    }
  }

  @Override
  byte[] stateOf(Record<byte[], byte[]> record) {
    try {
      return record.key() == null ? null : store.get(Bytes.wrap(storeKey.of(record.key())));
    } catch (BorderException noKey) {
      return null;
    }
  }
}
