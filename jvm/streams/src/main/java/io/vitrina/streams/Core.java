package io.vitrina.streams;

import io.vitrina.border.Border;
import io.vitrina.border.EventFold;
import io.vitrina.border.SuccessFold;

/** What the topology asks of the core; {@link #of} is the native one, tests plant broken ones. Threads: any. */
public interface Core {
  byte[] eventStoreKey(byte[] key);

  EventFold foldEvent(byte[] key, byte[] hot, byte[] cold, byte[] event, long appendedAt);

  byte[] foldFacts(byte[] key, byte[] state, byte[] facts);

  byte[] foldDelta(byte[] key, byte[] state, byte[] delta);

  byte[] foldItemChange(byte[] key, byte[] entry, byte[] change, long appendedAt);

  SuccessFold foldSuccess(byte[] key, byte[] shopper, byte[] event, long appendedAt);

  SuccessFold foldShopperRecords(byte[] key, byte[] shopper, byte[] records);

  byte[] foldSuccessDeltas(byte[] key, byte[] state, byte[] deltas);

  static Core of(Border border) {
    return new Core() {
      @Override
      public byte[] eventStoreKey(byte[] key) {
        return border.eventStoreKey(key);
      }

      @Override
      public EventFold foldEvent(byte[] key, byte[] hot, byte[] cold, byte[] event, long appendedAt) {
        return border.foldEvent(key, hot, cold, event, appendedAt);
      }

      @Override
      public byte[] foldFacts(byte[] key, byte[] state, byte[] facts) {
        return border.foldFacts(key, state, facts);
      }

      @Override
      public byte[] foldDelta(byte[] key, byte[] state, byte[] delta) {
        return border.foldDelta(key, state, delta);
      }

      @Override
      public byte[] foldItemChange(byte[] key, byte[] entry, byte[] change, long appendedAt) {
        return border.foldItemChange(key, entry, change, appendedAt);
      }

      @Override
      public SuccessFold foldSuccess(byte[] key, byte[] shopper, byte[] event, long appendedAt) {
        return border.foldSuccess(key, shopper, event, appendedAt);
      }

      @Override
      public SuccessFold foldShopperRecords(byte[] key, byte[] shopper, byte[] records) {
        return border.foldShopperRecords(key, shopper, records);
      }

      @Override
      public byte[] foldSuccessDeltas(byte[] key, byte[] state, byte[] deltas) {
        return border.foldSuccessDeltas(key, state, deltas);
      }
    };
  }
}
