package io.vitrina.border;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The core for a JVM: bytes in, bytes out (border/border.hpp says what each call means).
 *
 * <p>Threads: any; a call may run while another thread closes. Lifetime: {@code close} it; its memory is not the garbage collector's. A
 * state that is not there yet is null. Errors: {@link BorderException}, also for a border that is closed and for a null that may not be
 * one. Cost: under two microseconds an event.
 */
public final class Border implements AutoCloseable {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle;

  private Border(long handle) {
    this.handle = handle;
  }

  /** {@code configuration} is the JSON of border/configuration.hpp: shops with their keys, limits of the folds. */
  public static Border open(byte[] configuration) {
    return new Border(Native.open(configuration));
  }

  /** The key of a visitor's states, for the key of an event's record. */
  public byte[] eventStoreKey(byte[] key) {
    return call(open -> Native.eventStoreKey(open, key));
  }

  /** {@code appendedAt} is the time of the event's record (LogAppendTime). */
  public EventFold foldEvent(byte[] key, byte[] hot, byte[] cold, byte[] event, long appendedAt) {
    return EventFold.read(call(open -> Native.foldEvent(open, key, hot, cold, event, appendedAt)));
  }

  public byte[] foldFacts(byte[] key, byte[] state, byte[] facts) {
    return call(open -> Native.foldFacts(open, key, state, facts));
  }

  public byte[] foldDelta(byte[] key, byte[] state, byte[] delta) {
    return call(open -> Native.foldDelta(open, key, state, delta));
  }

  public byte[] foldItemChange(byte[] key, byte[] entry, byte[] change, long appendedAt) {
    return call(open -> Native.foldItemChange(open, key, entry, change, appendedAt));
  }

  /** For an event of which {@link #foldEvent} said that it concerns success; {@code shopper} stands under the visitor's store key. */
  public SuccessFold foldSuccess(byte[] key, byte[] shopper, byte[] event, long appendedAt) {
    return SuccessFold.read(call(open -> Native.foldSuccess(open, key, shopper, event, appendedAt)));
  }

  public SuccessFold foldShopperRecords(byte[] key, byte[] shopper, byte[] records) {
    return SuccessFold.read(call(open -> Native.foldShopperRecords(open, key, shopper, records)));
  }

  public byte[] foldSuccessDeltas(byte[] key, byte[] state, byte[] deltas) {
    return call(open -> Native.foldSuccessDeltas(open, key, state, deltas));
  }

  /** An event's record as the history takes it; {@code BorderException} where it belongs to the dead letters. */
  public HistoryRecord historyRecord(byte[] key, byte[] event, long appendedAt) {
    return HistoryRecord.read(call(open -> NativeLesson.historyRecord(open, key, event, appendedAt)));
  }

  /** Kafka's hash of a key; its producers take the lower 31 bits modulo the partitions. */
  public static int murmur2(byte[] key) {
    return Native.murmur2(key);
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      long closing = handle;
      handle = 0;
      if (closing != 0) {
        Native.close(closing);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private interface Call {
    byte[] with(long open);
  }

  private byte[] call(Call call) {
    lock.readLock().lock();
    try {
      return call.with(handle);
    } finally {
      lock.readLock().unlock();
    }
  }
}
