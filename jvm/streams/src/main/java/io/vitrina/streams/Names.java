package io.vitrina.streams;

import java.util.Map;

/**
 * What everything is called, from the prefix of the topics alone. Pinned: the changelog of a store is the topic
 * {@code <prefix>folds-<store>-changelog}, and the serving nodes read it by that name.
 */
public record Names(String prefix) {
  public static final String VISITORS_HOT = "visitors-hot";
  public static final String VISITORS_COLD = "visitors-cold";
  public static final String USERS = "users";
  public static final String ITEMS = "items";
  public static final String CATALOG = "catalog";
  public static final String VISITOR_SHOPPERS = "visitor-shoppers";
  public static final String USER_SHOPPERS = "user-shoppers";
  public static final String ITEM_SUCCESS = "item-success";

  /**
   * How a changelog differs from the defaults of Kafka Streams: compacted soon, and with the broker's time. With the record's own time a
   * clock that was once ahead would stop the folds for good: brokers refuse records from the future.
   */
  static final Map<String, String> CHANGELOG = Map.of("cleanup.policy", "compact", "segment.ms", "3600000", "message.timestamp.type", "LogAppendTime");

  public String application() {
    return prefix + "folds";
  }

  public String events() {
    return prefix + "events";
  }

  public String itemChanges() {
    return prefix + "item-changes";
  }

  public String userFacts() {
    return prefix + "user-facts";
  }

  public String itemDeltas() {
    return prefix + "item-deltas";
  }

  public String shopperRecords() {
    return prefix + "shopper-records";
  }

  public String successDeltas() {
    return prefix + "success-deltas";
  }

  public String outcomes() {
    return prefix + "outcomes";
  }

  public String late() {
    return prefix + "late";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }
}
