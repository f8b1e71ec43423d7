package io.vitrina.spark;

import static org.apache.spark.sql.functions.col;

import io.vitrina.border.Packing;
import io.vitrina.border.StateFold;
import io.vitrina.border.StateMerge;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * History to features: the states of all visitors, users and items as of a moment, which answers are made of.
 *
 * <pre>
 * Features --root hdfs:///vitrina [--shop default] [--through ms] [--fold facts=512,orders=32] [--slices N] [--keep 3]
 *
 *   fold    rows of a visitor by time and id → pieces by person and item      a visitor in one task
 *   merge   pieces by key → blocks of people and of items                     a key in one task
 * </pre>
 *
 * <p>Prints the folder: {@code people-N} and {@code items-N}, blocks as border/shop_states.hpp has them. It appears by one rename.
 */
public final class Features implements Serializable {
  private static final long serialVersionUID = 1;
  static final int ROWS_A_BATCH = 4096;
  private static final int KEPT = 3;
  private static final int BATCH_BYTES = 1 << 20;

  private final String root;
  private final String shop;
  private final byte[] configuration;
  private final int slices;
  private final long kept;

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("vitrina: features").getOrCreate()) {
      System.out.println("states " + new Features(new Arguments("root|shop|through|fold|slices|keep", "-", arguments), spark).run(spark));
    }
  }

  Features(Arguments said, SparkSession spark) {
    root = said.root();
    shop = said.shop();
    String limits = said.text("fold", "", "([a-z_]+=[0-9]+(,[a-z_]+=[0-9]+)*)?").replaceAll("([a-z_]+)=", "\"$1\": ");
    long through = said.number("through", System.currentTimeMillis() / Arguments.HOUR * Arguments.HOUR);
    configuration = ("{\"through\": " + through + ", \"fold\": {" + limits + "}}").getBytes(StandardCharsets.UTF_8);
    kept = said.keep(KEPT);
    slices = (int) said.number("slices", spark.sparkContext().defaultParallelism());
  }

  /** The folder of the states. */
  Path run(SparkSession spark) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    History history = History.newest(hadoop, root, shop);
    String name = String.format("%09d-%08x", history.number(), Arrays.hashCode(configuration));
    Path folder = new Path(root + "/states/" + shop, name);
    if (folder.getFileSystem(hadoop).exists(folder)) {
      return folder;
    }
    // Named by the slices, so that whoever goes on finds only files of the same division.
    Store store = new Store(hadoop, root + "/folding/" + shop + "-" + name + "-" + slices);
    JavaPairRDD<Piece, Boolean> pieces =
        history.rows(spark)
            .repartition(slices, col("visitor"))
            .sortWithinPartitions("visitor", "time", "id")
            .select("record")
            .javaRDD()
            .mapPartitionsToPair(this::folded);
    pieces.repartitionAndSortWithinPartitions(new Piece.ByKey(slices)).foreachPartition(mine -> merge(mine, store));
    store.write("slices", Integer.toString(slices).getBytes(StandardCharsets.UTF_8));
    store.files().delete(store.path("attempts"), true);
    store.commit(store.folder(), folder);
    Retention.keep(store.files(), folder.getParent(), "slices", kept, folder);
    return folder;
  }

  private Iterator<Tuple2<Piece, Boolean>> folded(Iterator<Row> rows) {
    StateFold fold = new StateFold(configuration);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> fold.close());
    return new Iterator<>() {
      private Iterator<Piece> ready = List.<Piece>of().iterator();
      private boolean ended = false;

      @Override
      public boolean hasNext() {
        while (!ready.hasNext() && !ended) {
          List<byte[]> batch = new ArrayList<>();
          while (rows.hasNext() && batch.size() < ROWS_A_BATCH) {
            batch.add(rows.next().getAs(0));
          }
          ended = !rows.hasNext();
          ready = fold.add(batch, ended).stream().map(Piece::new).iterator();
        }
        return ready.hasNext();
      }

      @Override
      public Tuple2<Piece, Boolean> next() {
        return new Tuple2<>(ready.next(), true);
      }
    };
  }

  private void merge(Iterator<Tuple2<Piece, Boolean>> pieces, Store store) throws IOException {
    int slice = TaskContext.getPartitionId();
    if (store.has(people(slice)) && store.has(items(slice))) {
      return;
    }
    try (StateMerge merge = new StateMerge(configuration);
        Store.Writing people = store.writing(people(slice));
        Store.Writing items = store.writing(items(slice))) {
      Packing batch = new Packing();
      while (pieces.hasNext()) {
        Piece piece = pieces.next()._1();
        batch.add(piece.key()).add(piece.value());
        if (batch.size() >= BATCH_BYTES) {
          write(merge.add(batch.take(), false), people.out(), items.out());
        }
      }
      write(merge.add(batch.take(), true), people.out(), items.out());
      people.out().hsync();
      items.out().hsync();
      people.commit();
      items.commit();
    }
  }

  private static void write(StateMerge.Blocks blocks, OutputStream people, OutputStream items) throws IOException {
    for (byte[] block : blocks.people()) {
      Blocks.write(people, block);
    }
    for (byte[] block : blocks.items()) {
      Blocks.write(items, block);
    }
  }

  static String people(int slice) {
    return String.format("people-%05d", slice);
  }

  static String items(int slice) {
    return String.format("items-%05d", slice);
  }
}
