package io.vitrina.spark;

import io.vitrina.border.ShopEvaluation;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How good recommendations would have been: the rolling evaluation of {@code vitrina evaluate} over the history, a task a cut.
 *
 * <pre>
 * Evaluate --root hdfs:///vitrina [--shop default] [--split time:0.2] [--horizon 30d] [--tasks home,cart] [--at 10,20] [--seed 1]
 *          [--set ials.epochs=8 …] [--slices N] [--memory-mb N] [--json]
 *          [--config vitrina.toml] [--keep 20]
 * </pre>
 *
 * <p>Prints the table, or with {@code --json} one object, and leaves both, {@code report.txt} and {@code report.json}, in
 * {@code <root>/evaluations/<shop>/…}.
 */
public final class Evaluate implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int KEPT = 20;

  private final String root;
  private final String shop;
  private final byte[] configuration;
  private final int slices;
  private final long kept;
  private final Memory memory;
  private Store store;

  public static void main(String[] arguments) throws Exception {
    Arguments said = arguments(arguments);
    try (SparkSession spark = SparkSession.builder().appName("vitrina: evaluate").getOrCreate()) {
      ShopEvaluation.Report report = new Evaluate(said, spark).run(spark);
      System.out.write(said.has("json") ? report.json() : report.table());
      System.out.println();
    }
  }

  static Arguments arguments(String... arguments) {
    return new Arguments("root|shop|split|horizon|tasks|at|seed|bootstrap|set|slices|memory-mb|config|keep", "json|sources", arguments);
  }

  Evaluate(Arguments said, SparkSession spark) {
    root = said.root();
    shop = said.shop();
    slices = (int) said.number("slices", spark.sparkContext().defaultParallelism());
    memory = Memory.of(spark.sparkContext().getConf(), said);
    String tasks = said.text("tasks", "", "[a-z_,]*").replaceAll("[a-z_]+", "\"$0\"");
    String json =
        "{\"split\": \"" + said.text("split", "time:0.2", "[a-zA-Z0-9:.,-]{1,2000}")
            + "\", \"horizon\": \"" + said.text("horizon", "30d", "[a-z0-9]{1,16}")
            + "\", \"at\": [" + said.text("at", "10,20", "[0-9]+(,[0-9]+)*")
            + (tasks.isEmpty() ? "]" : "], \"tasks\": [" + tasks + "]")
            + ", \"seed\": " + said.number("seed", 1)
            + ", \"bootstrap\": " + said.number("bootstrap", 500)
            + ", \"sources\": " + said.has("sources")
            + ", \"settings\": " + said.settings() + said.config() + "}";
    kept = said.keep(KEPT);
    configuration = json.getBytes(StandardCharsets.UTF_8);
  }

  ShopEvaluation.Report run(SparkSession spark) throws Exception {
    int cuts;
    try (ShopEvaluation checked = new ShopEvaluation(configuration)) {
      cuts = checked.cuts();
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    History history = History.newest(hadoop, root, shop);
    String name = String.format("%09d-%08x", history.number(), Arrays.hashCode(configuration));
    store = new Store(hadoop, root + "/evaluations/" + shop + "/" + name);
    if (!store.has("catalogue")) {
      store.write("catalogue", Catalogue.packed(hadoop, root, shop));
    }
    inTasks(spark, history, cuts);
    List<byte[]> figures = new ArrayList<>();
    for (int cut = 0; cut < cuts; cut++) {
      figures.add(store.read(cut(cut)));
    }
    ShopEvaluation.Report report = ShopEvaluation.joined(figures);
    store.write("report.txt", report.table());
    store.write("report.json", report.json());
    for (String done : List.of("cuts", "catalogue", "attempts")) {
      store.files().delete(store.path(done), true);
    }
    Retention.keep(store.files(), store.folder().getParent(), "report.json", kept, store.folder());
    return report;
  }

  /** Each cut reads the whole history, so each is a job of one task; they run side by side. */
  private void inTasks(SparkSession spark, History history, int cuts) throws InterruptedException, ExecutionException {
    ExecutorService waiting = Executors.newFixedThreadPool(Math.max(1, Math.min(cuts, slices)));
    try {
      List<Future<?>> jobs = new ArrayList<>();
      for (int number = 0; number < cuts; number++) {
        int cut = number;
        jobs.add(waiting.submit(() -> history.rows(spark).select("record").coalesce(1).javaRDD().foreachPartition(rows -> evaluate(cut, rows))));
      }
      for (Future<?> job : jobs) {
        job.get();
      }
    } finally {
      waiting.shutdownNow();
    }
  }

  private void evaluate(int cut, Iterator<Row> rows) {
    if (store.has(cut(cut))) {
      return;
    }
    try (ShopEvaluation evaluation = new ShopEvaluation(memory.shared(configuration))) {
      evaluation.addEntries(Packed.parts(store.read("catalogue")));
      List<byte[]> batch = new ArrayList<>();
      while (rows.hasNext()) {
        batch.add(rows.next().getAs(0));
        if (batch.size() == Features.ROWS_A_BATCH || !rows.hasNext()) {
          evaluation.addRecords(batch);
          batch.clear();
        }
      }
      store.write(cut(cut), evaluation.evaluated(cut));
    }
  }

  private static String cut(int number) {
    return "cuts/" + number;
  }
}
