package io.vitrina.streams;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology of the folds, a pure function of names and core:
 *
 * <pre>
 * events ─▶ placement ─▶ visitor step ─▶ visitors-hot, visitors-cold
 *                    │             ├─▶ user-facts  ─▶ user step ─▶ users
 *                    └─▶ events    ├─▶ item-deltas ─▶ item step ─▶ items
 *                                  ├─▶ late, dead-letters
 *                                  └─▶ success step ─▶ visitor-shoppers
 *                                              ├─▶ shopper-records ─▶ shopper step ─▶ user-shoppers
 *                                              │                             ├─▶ outcomes, success-deltas
 *                                              ├─▶ outcomes
 *                                              └─▶ success-deltas ─▶ count step ─▶ item-success
 * item-changes ─▶ placement ─▶ catalogue step ─▶ catalog
 *                          └─▶ item-changes
 * </pre>
 *
 * <p>Facts and deltas go over topics, since the records of a user and of an item come from many partitions. Every step may write dead
 * letters. Keys are chosen by the core, partitions by Kafka's own partitioner.
 */
public final class Folds {
  private final Topology topology = new Topology();
  private final Names names;
  private final Core core;
  private final Placement.Partitions partitions;
  private final Meters meters;

  private Folds(Names names, Core core, Placement.Partitions partitions, Meters meters) {
    this.names = names;
    this.core = core;
    this.partitions = partitions;
    this.meters = meters;
  }

  static Topology topology(Names names, Core core, Placement.Partitions partitions, Meters meters) {
    Folds folds = new Folds(names, core, partitions, meters);
    folds.visitors();
    folds.source(names.userFacts());
    folds.step("user-step", names.userFacts(), Names.USERS, (state, record) -> core.foldFacts(record.key(), state, record.value()));
    folds.source(names.itemDeltas());
    folds.step("item-step", names.itemDeltas(), Names.ITEMS, (state, record) -> core.foldDelta(record.key(), state, record.value()));
    folds.users();
    folds.source(names.successDeltas());
    folds.step("count-step", names.successDeltas(), Names.ITEM_SUCCESS, (state, record) -> core.foldSuccessDeltas(record.key(), state, record.value()));
    folds.step(
        "catalogue-step",
        folds.placed(names.itemChanges(), "catalogue-step"),
        Names.CATALOG,
        (state, record) -> core.foldItemChange(record.key(), state, record.value(), record.timestamp()));
    return folds.topology;
  }

  private void visitors() {
    String step = "visitor-step";
    String success = "success-step";
    topology.addProcessor(step, () -> new VisitorStep(step, success, core, names, meters), placed(names.events(), step));
    topology.addStateStore(store(Names.VISITORS_HOT), step);
    topology.addStateStore(store(Names.VISITORS_COLD), step);
    for (String topic : new String[] {names.userFacts(), names.itemDeltas(), names.late(), names.deadLetters()}) {
      sink(step, topic);
    }
    success(success, step, Names.VISITOR_SHOPPERS, core::eventStoreKey,
        (shopper, record) -> core.foldSuccess(record.key(), shopper, record.value(), record.timestamp()));
    sink(success, names.shopperRecords());
  }

  private void users() {
    source(names.shopperRecords());
    success("shopper-step", names.shopperRecords(), Names.USER_SHOPPERS, key -> key,
        (shopper, record) -> core.foldShopperRecords(record.key(), shopper, record.value()));
  }

  private void success(String step, String parent, String store, SuccessStep.StoreKey storeKey, SuccessStep.Fold fold) {
    topology.addProcessor(step, () -> new SuccessStep(step, store, storeKey, fold, names, meters), parent);
    topology.addStateStore(store(store), step);
    for (String topic : new String[] {names.outcomes(), names.successDeltas(), names.deadLetters()}) {
      sink(step, topic);
    }
  }

  private void step(String step, String parent, String store, KeyStep.Fold fold) {
    topology.addProcessor(step, () -> new KeyStep(step, store, fold, names, meters), parent);
    topology.addStateStore(store(store), step);
    sink(step, names.deadLetters());
  }

  private void source(String topic) {
    topology.addSource(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic);
  }

  /** What `step` reads of a topic that others write to. */
  private String placed(String topic, String step) {
    String placement = Placement.name(topic);
    source(topic);
    topology.addProcessor(placement, () -> new Placement(topic, step, partitions, meters), topic);
    sink(placement, topic);
    return placement;
  }

  private void sink(String step, String topic) {
    topology.addSink(Step.sink(step, topic), topic, new ByteArraySerializer(), new ByteArraySerializer(), step);
  }

  /** Plain key and value, as the serving nodes read them from the changelog; cached, so that a commit writes a state once. */
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingEnabled(Names.CHANGELOG);
  }
}
