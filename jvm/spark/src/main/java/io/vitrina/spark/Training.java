package io.vitrina.spark;

import io.vitrina.border.Lesson;
import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
 *   neighbours   co-visitation of each block of items                           tasks of blocks
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
  record Plan(String root, String shop, long history, byte[] configuration, int epochs, int slices, Memory memory) implements Serializable {
    Plan(String root, String shop, long history, byte[] configuration, int epochs, int slices) {
      this(root, shop, history, configuration, epochs, slices, Memory.UNBOUNDED);
    }
  }

  private final Plan plan;
  private final Store store;

  Training(Plan plan, Store store) {
    this.plan = plan;
    this.store = store;
  }

  /** The folder of the model. */
  Path run(SparkSession spark) throws IOException {
    JavaSparkContext tasks = new JavaSparkContext(spark.sparkContext());
    assemble(spark);
    HalfSteps.Blocks blocks = blocks();
    HalfSteps steps = new HalfSteps(store, plan.memory().shared(plan.configuration()), plan.slices());
    HalfSteps.Side last = steps.run(tasks, blocks, plan.epochs());
    int rows = Integer.parseInt(new String(store.read("covisit"), StandardCharsets.UTF_8));
    HalfSteps.each(tasks, rows, plan.slices(), this::covisit);
    if (!store.has("model")) {
      tasks.parallelize(List.of(last), 1).foreach(side -> finish(side, rows));
    }
    return new Path(new String(store.read("model"), StandardCharsets.UTF_8).trim());
  }

  /** Makes the blocks of pairs and the first factors out of the history, where no earlier attempt did. */
  void assemble(SparkSession spark) throws IOException {
    List<String> rows = HistoryFiles.rows(store.files(), new Path(plan.root()), plan.history(), plan.shop());
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the history of shop " + plan.shop() + " is empty; run the history job first");
    }
    if (!store.has("assembled")) {
      // One task reads all files, a row at a time; their order does not matter.
      spark.read().parquet(rows.toArray(new String[0])).select("record").coalesce(1).javaRDD().foreachPartition(this::assemble);
    }
  }

  HalfSteps.Blocks blocks() {
    String[] blocks = new String(store.read("assembled"), StandardCharsets.UTF_8).trim().split(" ");
    return new HalfSteps.Blocks(Integer.parseInt(blocks[0]), Integer.parseInt(blocks[1]));
  }

  private void assemble(Iterator<Row> rows) throws IOException {
    try (Lesson lesson = new Lesson(plan.memory().alone(plan.configuration()))) {
      byte[] catalogue = Catalogue.packed(store.configuration(), plan.root(), plan.shop());
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
      try (Store.Writing history = store.writing("history")) {
        lesson.assemble(history.out());
        history.commit();
      }
      for (int block = 0; block < lesson.peopleBlocks(); block++) {
        store.write("people-pairs/" + block, lesson.block(Lesson.PEOPLE_PAIRS, block));
      }
      for (int block = 0; block < lesson.itemBlocks(); block++) {
        store.write("item-pairs/" + block, lesson.block(Lesson.ITEM_PAIRS, block));
        store.write("items-0/" + block, lesson.block(Lesson.FIRST_ITEM_FACTORS, block));
      }
      store.write("covisit", Integer.toString(lesson.covisitBlocks()).getBytes(StandardCharsets.UTF_8));
      String blocks = lesson.peopleBlocks() + " " + lesson.itemBlocks();
      store.write("assembled", blocks.getBytes(StandardCharsets.UTF_8)); // last: all of it is there
    }
  }

  private static String rows(int relation, int block) {
    return "covisit-" + relation + "/" + block;
  }

  /** Relation by relation: what the core counts once for a relation serves all blocks. */
  private void covisit(List<Integer> blocks) throws IOException {
    try (Lesson lesson = new Lesson(plan.memory().shared(plan.configuration()))) {
      boolean ready = false;
      for (int relation = 0; relation < Lesson.RELATIONS; relation++) {
        for (int block : blocks) {
          if (!store.has(rows(relation, block))) {
            if (!ready) {
              takeHistory(lesson);
              ready = true;
            }
            store.write(rows(relation, block), lesson.block(Lesson.FIRST_RELATION + relation, block));
          }
        }
      }
    }
  }

  private void finish(HalfSteps.Side items, int blocks) throws IOException {
    try (Lesson lesson = new Lesson(plan.memory().alone(plan.configuration()))) {
      lesson.addEntries(Packed.parts(store.read("catalogue")));
      takeHistory(lesson);
      List<byte[]> rows = new ArrayList<>();
      for (int relation = 0; relation < Lesson.RELATIONS; relation++) {
        for (int block = 0; block < blocks; block++) {
          rows.add(store.read(rows(relation, block)));
        }
      }
      Lesson.Model model;
      if (plan.epochs() > 0) {
        byte[] basis = store.read(items.name() + "/basis");
        model = lesson.trained(new HalfSteps(store, plan.configuration(), 1).turned(items, basis), basis, rows);
      } else {
        model = lesson.trained(List.of(), new byte[0], rows);
      }
      Path folder = new Path(plan.root() + "/models/" + plan.shop() + "/" + new String(model.version(), StandardCharsets.UTF_8));
      Path aside = store.path("attempts/model-" + java.util.UUID.randomUUID());
      write(new Path(aside, "model.vit"), lesson::writeModel);
      write(new Path(aside, "manifest.json"), out -> out.write(model.manifest()));
      store.commit(aside, folder);
      store.write("model", folder.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void takeHistory(Lesson lesson) throws IOException {
    try (InputStream history = store.open("history")) {
      lesson.takeHistory(history);
    }
  }

  private interface Content {
    void to(OutputStream out) throws IOException;
  }

  private void write(Path path, Content content) throws IOException {
    Configuration configuration = store.configuration();
    try (FSDataOutputStream out = path.getFileSystem(configuration).create(path, true)) {
      content.to(out);
      out.hsync();
    }
  }
}
