package io.vitrina.border;

import java.util.List;

/**
 * What follows for success. {@code shopper} is the new state, null where it stays as it is; {@code records} are for the visitor's user; an
 * outcome without a value is none any more.
 */
public record SuccessFold(byte[] shopper, List<Keyed> records, List<Keyed> outcomes, List<Keyed> deltas) {
  static SuccessFold read(byte[] packed) {
    Packed parts = new Packed(packed);
    byte[] shopper = parts.next();
    List<Keyed> records = parts.records();
    List<Keyed> outcomes = parts.records();
    return new SuccessFold(shopper, records, outcomes, parts.otherRecords());
  }
}
