package io.vitrina.spark;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.Ials;
import io.vitrina.border.Lesson;
import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One training: history to model, in tasks. The core computes (io.vitrina.border), files of {@link Store} carry what one task makes and
 * others need, and the driver only says who does what:
 *
 * <pre>
 *   assemble     rows → history, catalogue, blocks of pairs, first factors      one task
 *   half-step    Gram matrix of each block → basis → solved blocks              tasks of blocks, two a half-step
 *   counts       pairs of co-visitation of each block of people                 tasks of blocks
 *   finish       all of that → model and manifest, as one folder                one task
 * </pre>
 *
 * <p>The same bytes whatever the number of executors and slices, and whatever is killed: every block is a function of its inputs, and
 * sums have an order or need none. What a killed driver left is used by the next one with the same work folder.
 */
final class Training implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int ROWS_A_BATCH = 4096;

  /** {@code configuration} is the JSON of border/lesson.hpp; {@code epochs} as it says. */
  record Plan(String root, String shop, long history, byte[] configuration, int epochs, int slices) implements Serializable {}

  private final Plan plan;
  private final Store store;

  Training(Plan plan, Store store) {
    this.plan = plan;
    this.store = store;
  }

  /** The folder of the model. */
  Path run(SparkSession spark) throws IOException {
    JavaSparkContext tasks = new JavaSparkContext(spark.sparkContext());
    FileSystem files = store.files();
    List<String> rows = HistoryFiles.rows(files, new Path(plan.root()), plan.history(), plan.shop());
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the history of shop " + plan.shop() + " is empty; run the history job first");
    }
    if (!store.has("assembled")) {
      // One task reads all files, a row at a time; their order does not matter.
      spark.read().parquet(rows.toArray(new String[0])).select("record").coalesce(1).javaRDD().foreachPartition(this::assemble);
    }
    String[] blocks = new String(store.read("assembled"), StandardCharsets.UTF_8).trim().split(" ");
    int people = Integer.parseInt(blocks[0]);
    int items = Integer.parseInt(blocks[1]);
    for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
      halfStep(tasks, new Side("items-" + (epoch - 1), items), new Side("people-" + epoch, people), "people-pairs");
      halfStep(tasks, new Side("people-" + epoch, people), new Side("items-" + epoch, items), "item-pairs");
    }
    Side last = new Side("items-" + plan.epochs(), items);
    if (plan.epochs() > 0) {
      basis(tasks, last);
    }
    each(tasks, people, this::count);
    if (!store.has("model")) {
      tasks.parallelize(List.of(last), 1).foreach(side -> finish(side, people));
    }
    return new Path(new String(store.read("model"), StandardCharsets.UTF_8).trim());
  }

  /** The factors of one side after some half-steps: {@code <name>/<block>}, and {@code <name>/basis} that turns them. */
  private record Side(String name, int blocks) implements Serializable {
    String block(int number) {
      return name + "/" + number;
    }
  }

  private interface Work extends Serializable {
    void on(List<Integer> blocks);
  }

  /** A task a slice; what only its own end tells (such as a side's factors) is read once in it. */
  private void each(JavaSparkContext tasks, int blocks, Work work) {
    List<Integer> numbers = IntStream.range(0, blocks).boxed().toList();
    tasks.parallelize(numbers, Math.max(1, Math.min(blocks, plan.slices()))).foreachPartition(
        slice -> {
          List<Integer> mine = new ArrayList<>();
          slice.forEachRemaining(mine::add);
          work.on(mine);
        });
  }

  private void assemble(Iterator<Row> rows) throws IOException {
    try (Lesson lesson = new Lesson(plan.configuration())) {
      byte[] catalogue = catalogue();
      lesson.addEntries(Packed.parts(catalogue));
      List<byte[]> batch = new ArrayList<>();
      while (rows.hasNext()) {
        batch.add(rows.next().getAs(0));
        if (batch.size() == ROWS_A_BATCH || !rows.hasNext()) {
          lesson.addRecords(batch);
          batch.clear();
        }
      }
      store.write("catalogue", catalogue);
      store.write("history", lesson.assembled());
      for (int block = 0; block < lesson.peopleBlocks(); block++) {
        store.write("people-pairs/" + block, lesson.block(Lesson.PEOPLE_PAIRS, block));
      }
      for (int block = 0; block < lesson.itemBlocks(); block++) {
        store.write("item-pairs/" + block, lesson.block(Lesson.ITEM_PAIRS, block));
        store.write("items-0/" + block, lesson.block(Lesson.FIRST_ITEM_FACTORS, block));
      }
      String blocks = lesson.peopleBlocks() + " " + lesson.itemBlocks();
      store.write("assembled", blocks.getBytes(StandardCharsets.UTF_8)); // last: all of it is there
    }
  }

  /** The entries of the shop's catalogue, folded from all changes, in the order of their keys. */
  private byte[] catalogue() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    String shop = plan.shop() + "/";
    String shops = "{\"shops\": {\"" + plan.shop() + "\": \"" + "0".repeat(64) + "\"}}";
    try (Border border = Border.open(shops.getBytes(StandardCharsets.UTF_8))) {
      HistoryFiles.eachItemChange(
          store.configuration(),
          new Path(plan.root()),
          (key, change, timestamp) -> {
            String name = new String(key, StandardCharsets.UTF_8);
            if (!name.startsWith(shop)) {
              return;
            }
            try {
              entries.put(name, border.foldItemChange(key, entries.get(name), change, timestamp));
            } catch (BorderException refused) {
              // Among the dead letters since it was read from the log.
              return;
            }
          });
    }
    return io.vitrina.border.Packing.of(List.copyOf(entries.values()));
  }

  private byte[] basis(JavaSparkContext tasks, Side side) {
    String name = side.name() + "/basis";
    if (!store.has(name)) {
      each(
          tasks,
          side.blocks(),
          blocks -> {
            for (int block : blocks) {
              String gram = side.name() + "/gram-" + block;
              if (!store.has(gram)) {
                store.write(gram, Ials.gram(store.read(side.block(block))));
              }
            }
          });
      List<byte[]> grams = new ArrayList<>();
      for (int block = 0; block < side.blocks(); block++) {
        grams.add(store.read(side.name() + "/gram-" + block));
      }
      store.write(name, Ials.basis(grams));
    }
    return store.read(name);
  }

  private List<byte[]> turned(Side side, byte[] basis) {
    List<byte[]> turned = new ArrayList<>();
    for (int block = 0; block < side.blocks(); block++) {
      turned.add(Ials.turned(store.read(side.block(block)), basis));
    }
    return turned;
  }

  private void halfStep(JavaSparkContext tasks, Side still, Side moving, String pairs) {
    if (store.has(moving.name() + "/solved")) {
      return;
    }
    byte[] basis = basis(tasks, still);
    each(
        tasks,
        moving.blocks(),
        blocks -> {
          List<byte[]> factors = null;
          for (int block : blocks) {
            if (!store.has(moving.block(block))) {
              factors = factors == null ? turned(still, basis) : factors;
              store.write(moving.block(block), Ials.solved(plan.configuration(), factors, basis, store.read(pairs + "/" + block)));
            }
          }
        });
    store.write(moving.name() + "/solved", Integer.toString(moving.blocks()).getBytes(StandardCharsets.UTF_8));
  }

  private static String counts(int relation, int block) {
    return "counts-" + relation + "/" + block;
  }

  private void count(List<Integer> blocks) {
    try (Lesson lesson = new Lesson(plan.configuration())) {
      boolean ready = false;
      for (int block : blocks) {
        for (int relation = 0; relation < Lesson.RELATIONS; relation++) {
          if (!store.has(counts(relation, block))) {
            if (!ready) {
              lesson.takeHistory(store.read("history"));
              ready = true;
            }
            store.write(counts(relation, block), lesson.block(Lesson.FIRST_RELATION + relation, block));
          }
        }
      }
    }
  }

  private void finish(Side items, int people) throws IOException {
    try (Lesson lesson = new Lesson(plan.configuration())) {
      lesson.addEntries(Packed.parts(store.read("catalogue")));
      lesson.takeHistory(store.read("history"));
      List<byte[]> counts = new ArrayList<>();
      for (int relation = 0; relation < Lesson.RELATIONS; relation++) {
        List<byte[]> blocks = new ArrayList<>();
        for (int block = 0; block < people; block++) {
          blocks.add(store.read(counts(relation, block)));
        }
        counts.add(Ials.addedCounts(blocks));
      }
      Lesson.Model model;
      if (plan.epochs() > 0) {
        byte[] basis = store.read(items.name() + "/basis");
        model = lesson.trained(turned(items, basis), basis, counts);
      } else {
        model = lesson.trained(List.of(), new byte[0], counts);
      }
      Path folder = new Path(plan.root() + "/models/" + plan.shop() + "/" + new String(model.version(), StandardCharsets.UTF_8));
      Path aside = store.path("attempts/model-" + java.util.UUID.randomUUID());
      write(new Path(aside, "model.vit"), model.bytes());
      write(new Path(aside, "manifest.json"), model.manifest());
      store.commit(aside, folder);
      store.write("model", folder.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void write(Path path, byte[] bytes) throws IOException {
    Configuration configuration = store.configuration();
    try (FSDataOutputStream out = path.getFileSystem(configuration).create(path, true)) {
      out.write(bytes);
      out.hsync();
    }
  }
}
