package io.vitrina.spark;

import io.vitrina.border.Ials;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A matrix factorisation by half-steps over blocks of 4,096 rows in a {@link Store}: {@code people-pairs/}, {@code item-pairs/} and
 * {@code items-0/} are there, {@code people-N/} and {@code items-N/} come to be, N the epoch.
 *
 * <p>A half-step is one round of tasks: each solves blocks of one side against the whole other side and answers their Gram matrices, from
 * which the driver makes the basis of the next. What is there already is not made again, so a killed factorisation goes on where it
 * stopped.
 */
final class HalfSteps implements Serializable {
  private static final long serialVersionUID = 1;

  record Blocks(int people, int items) implements Serializable {}

  /** The factors of one side after some half-steps: {@code <name>/<block>}, and {@code <name>/basis} that turns them. */
  record Side(String name, int blocks) implements Serializable {
    String block(int number) {
      return name + "/" + number;
    }
  }

  interface Work extends Serializable {
    void on(List<Integer> blocks) throws IOException;
  }

  private final Store store;
  private final byte[] configuration;
  private final int slices;

  /** {@code configuration} is the JSON of border/lesson.hpp. */
  HalfSteps(Store store, byte[] configuration, int slices) {
    this.store = store;
    this.configuration = configuration;
    this.slices = slices;
  }

  /** The items after the last epoch, with their basis. */
  Side run(JavaSparkContext tasks, Blocks blocks, int epochs) {
    Side items = new Side("items-0", blocks.items());
    if (epochs > 0) {
      basis(tasks, items, mine -> gramsOf(items, mine));
    }
    for (int epoch = 1; epoch <= epochs; epoch++) {
      Side people = new Side("people-" + epoch, blocks.people());
      halfStep(tasks, new Side("items-" + (epoch - 1), blocks.items()), people, "people-pairs");
      halfStep(tasks, people, new Side("items-" + epoch, blocks.items()), "item-pairs");
    }
    return new Side("items-" + epochs, blocks.items());
  }

  /** The people against the items of the last epoch, which a model keeps: what a visitor who is folded in would get. */
  Side people(JavaSparkContext tasks, Blocks blocks, int epochs) {
    Side people = new Side("people-" + (epochs + 1), blocks.people());
    halfStep(tasks, new Side("items-" + epochs, blocks.items()), people, "people-pairs");
    return people;
  }

  List<byte[]> turned(Side side, byte[] basis) {
    List<byte[]> turned = new ArrayList<>();
    for (int block = 0; block < side.blocks(); block++) {
      turned.add(Ials.turned(store.read(side.block(block)), basis));
    }
    return turned;
  }

  /** A task a slice; what only its own end tells (such as a side's factors) is read once in it. */
  static void each(JavaSparkContext tasks, int blocks, int slices, Work work) {
    sliced(tasks, blocks, slices).foreachPartition(slice -> work.on(listed(slice)));
  }

  private static JavaRDD<Integer> sliced(JavaSparkContext tasks, int blocks, int slices) {
    return tasks.parallelize(IntStream.range(0, blocks).boxed().toList(), Math.max(1, Math.min(blocks, slices)));
  }

  private static List<Integer> listed(Iterator<Integer> slice) {
    List<Integer> mine = new ArrayList<>();
    slice.forEachRemaining(mine::add);
    return mine;
  }

  private record Gram(int block, byte[] bytes) implements Serializable {}

  private interface Grams extends Serializable {
    List<Gram> of(List<Integer> blocks);
  }

  /** Of a side whose blocks {@code work} makes or finds: once its basis is there, it is finished. */
  private void basis(JavaSparkContext tasks, Side side, Grams work) {
    String name = side.name() + "/basis";
    if (store.has(name)) {
      return;
    }
    List<Gram> grams = new ArrayList<>(sliced(tasks, side.blocks(), slices).mapPartitions(mine -> work.of(listed(mine)).iterator()).collect());
    grams.sort(Comparator.comparingInt(Gram::block));
    store.write(name, Ials.basis(grams.stream().map(Gram::bytes).toList()));
  }

  private List<Gram> gramsOf(Side side, List<Integer> blocks) {
    return blocks.stream().map(block -> new Gram(block, Ials.gram(store.read(side.block(block))))).toList();
  }

  private void halfStep(JavaSparkContext tasks, Side still, Side moving, String pairs) {
    basis(tasks, moving, mine -> solved(still, moving, pairs, mine));
  }

  private List<Gram> solved(Side still, Side moving, String pairs, List<Integer> blocks) {
    List<Integer> there = blocks.stream().filter(block -> store.has(moving.block(block))).toList();
    List<Gram> grams = new ArrayList<>(gramsOf(moving, there));
    if (there.size() == blocks.size()) {
      return grams;
    }
    try (Ials.HalfStep step = new Ials.HalfStep(configuration, store.read(still.name() + "/basis"))) {
      for (int block = 0; block < still.blocks(); block++) {
        step.add(store.read(still.block(block)));
      }
      for (int block : blocks) {
        if (!there.contains(block)) {
          Ials.Solved solved = step.solve(store.read(pairs + "/" + block));
          store.write(moving.block(block), solved.factors());
          grams.add(new Gram(block, solved.gram()));
        }
      }
    }
    return grams;
  }
}
