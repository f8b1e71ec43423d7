package io.vitrina.spark;

import com.sun.management.OperatingSystemMXBean;
import io.vitrina.border.Packing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Our iALS and MLlib's ALS, one after the other in one Spark session, on the same pairs, cores, rank and number of epochs
 * (jvm/mllib_bench.sh). Both read Parquet from the same file system: ours the history of a shop, a record an event; MLlib rows of
 * (person, item). What the two leave is measured by vitrina_factorisation.
 *
 * <pre>
 * AgainstMllib MADE=folder ROOT=folder RANK=64 EPOCHS=12 REPEATS=2 OURS='α0/λ …' MLLIB='alpha/regParam …' SLICES=2 MLLIB_BLOCKS=2 SEED=1
 * </pre>
 *
 * <p>Prints a line of JSON a run. Seconds of CPU are those of this process, and where executors are others, those of their tasks.
 */
public final class AgainstMllib {
  private static final long THROUGH = 1_767_225_600_000L + 20_000L * 3_600_000L;
  private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Map<String, String> said = new HashMap<>();
  private final AtomicLong tasksCpu = new AtomicLong();
  private final SparkSession spark;
  private final JavaSparkContext tasks;
  private final Path made;

  private AgainstMllib(String[] arguments, SparkSession spark) {
    for (String argument : arguments) {
      said.put(argument.substring(0, argument.indexOf('=')), argument.substring(argument.indexOf('=') + 1));
    }
    this.spark = spark;
    tasks = new JavaSparkContext(spark.sparkContext());
    spark.sparkContext().setCheckpointDir(said.get("ROOT") + "/checkpoints"); // MLlib asks for it where there are many epochs
    made = Path.of(said.get("MADE"));
    if (!spark.sparkContext().isLocal()) {
      spark.sparkContext().addSparkListener(new SparkListener() {
        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
          if (end.taskMetrics() != null) {
            tasksCpu.addAndGet(end.taskMetrics().executorCpuTime());
          }
        }
      });
    }
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("vitrina: against MLlib").getOrCreate()) {
      new AgainstMllib(arguments, spark).run();
    }
  }

  private void run() throws IOException {
    writeHistory();
    writePairs();
    for (int repeat = 1; repeat <= number("REPEATS"); repeat++) {
      for (String settings : said.get("OURS").trim().split("\\s+")) {
        ours(repeat, settings);
      }
      for (String settings : said.get("MLLIB").trim().split("\\s+")) {
        mllib(repeat, settings);
      }
    }
  }

  private int number(String name) {
    return Integer.parseInt(said.get(name));
  }

  private String root() {
    return said.get("ROOT");
  }

  /** Wall and CPU seconds between two moments. */
  private record Moment(long wall, long cpu) {
    static String between(String what, Moment from, Moment to) {
      return String.format(Locale.ROOT, "\"%s\": %.3f, \"%s_cpu\": %.3f", what, (to.wall - from.wall) / 1e9, what, (to.cpu - from.cpu) / 1e9);
    }
  }

  private Moment now() {
    return new Moment(System.nanoTime(), PROCESS.getProcessCpuTime() + tasksCpu.get());
  }

  private void tell(String name, int repeat, Moment begin, Moment read, Moment end) {
    System.out.printf("{\"run\": \"%s\", \"repeat\": %d, %s, %s, %s}%n", name, repeat,
        Moment.between("reading", begin, read), Moment.between("algorithm", read, end), Moment.between("both", begin, end));
  }

  /** As the history job leaves it. */
  private void writeHistory() throws IOException {
    String[] files = made.toFile().list((folder, name) -> name.startsWith("records-"));
    List<String> paths = IntStream.range(0, files.length).mapToObj(n -> made.resolve("records-" + n).toString()).toList();
    StructType schema = new StructType().add("day", DataTypes.IntegerType).add("record", DataTypes.BinaryType);
    spark.createDataFrame(
            tasks.parallelize(paths, paths.size()).flatMap(path -> {
              List<Row> rows = new ArrayList<>();
              Packed.parts(Files.readAllBytes(Path.of(path))).forEach(record -> rows.add(RowFactory.create(1, record)));
              return rows.iterator();
            }),
            schema)
        .write().mode(SaveMode.Overwrite).parquet(root() + "/history/run-000000001/shop=default/day=2026-01-05");
    new Store(configuration(), root() + "/history/manifests")
        .write("000000001", "vitrina history 1\nday default 2026-01-05 run-000000001 0=100\n".getBytes(StandardCharsets.UTF_8));
  }

  private Configuration configuration() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private void writePairs() {
    String file = made.resolve("pairs").toString();
    StructType schema = new StructType().add("user", DataTypes.IntegerType).add("item", DataTypes.IntegerType).add("rating", DataTypes.FloatType);
    spark.createDataFrame(
            tasks.parallelize(List.of(file), 1).flatMap(path -> {
              IntBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(Path.of(path))).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
              List<Row> rows = new ArrayList<>();
              while (numbers.hasRemaining()) {
                rows.add(RowFactory.create(numbers.get(), numbers.get(), 1.0f));
              }
              return rows.iterator();
            }),
            schema)
        .repartition(number("SLICES")).write().mode(SaveMode.Overwrite).parquet(root() + "/pairs");
  }

  /** As many epochs, and then once more the people, so that both sides end with people that fit the last items. */
  private void ours(int repeat, String settings) throws IOException {
    String[] parts = settings.split("/");
    String name = "ours-" + parts[0] + "-" + parts[1];
    int epochs = number("EPOCHS");
    byte[] lesson = String.format(
            "{\"settings\": {\"ials.dimensions\": \"%s\", \"ials.epochs\": \"%d\", \"seed\": \"%s\","
                + " \"ials.unobserved\": \"%s\", \"ials.regularisation\": \"%s\"}, \"through\": %d, \"now\": %d, \"weights\": false}",
            said.get("RANK"), epochs, said.get("SEED"), parts[0], parts[1], THROUGH, THROUGH)
        .getBytes(StandardCharsets.UTF_8);
    Store store = new Store(configuration(), root() + "/training/bench-" + repeat);
    store.delete();
    Training training = new Training(new Training.Plan(root(), "default", 1, lesson, epochs, number("SLICES"), Memory.UNBOUNDED), store);
    HalfSteps steps = new HalfSteps(store, lesson, number("SLICES"));
    Moment begin = now();
    training.assemble(spark);
    Moment read = now();
    HalfSteps.Side items = steps.run(tasks, training.blocks(), epochs);
    HalfSteps.Side people = steps.people(tasks, training.blocks(), epochs);
    tell(name, repeat, begin, read, now());
    Files.write(made.resolve(name + "-items"), Packing.of(steps.turned(items, store.read(items.name() + "/basis"))));
    List<byte[]> blocks = new ArrayList<>();
    for (int block = 0; block < people.blocks(); block++) {
      blocks.add(store.read(people.block(block)));
    }
    Files.write(made.resolve(name + "-people"), Packing.of(blocks));
    store.delete();
  }

  private void mllib(int repeat, String settings) throws IOException {
    String[] parts = settings.split("/");
    ALS als = new ALS()
        .setImplicitPrefs(true)
        .setRank(number("RANK"))
        .setMaxIter(number("EPOCHS"))
        .setAlpha(Double.parseDouble(parts[0]))
        .setRegParam(Double.parseDouble(parts[1]))
        .setNumBlocks(number("MLLIB_BLOCKS"))
        .setSeed(number("SEED"));
    Moment begin = now();
    Dataset<Row> pairs = spark.read().parquet(root() + "/pairs").persist(StorageLevel.MEMORY_ONLY());
    pairs.count();
    Moment read = now();
    ALSModel model = als.fit(pairs);
    String name = "mllib-" + parts[0] + "-" + parts[1];
    tell(name, repeat, begin, read, now());
    pairs.unpersist(true);
    write(name + "-people", model.userFactors());
    write(name + "-items", model.itemFactors());
    model.userFactors().unpersist(true);
    model.itemFactors().unpersist(true);
  }

  /** The number of columns, then rows by id; an id that has none is zeros. */
  private void write(String name, Dataset<Row> factors) throws IOException {
    int rank = number("RANK");
    List<Row> rows = factors.collectAsList();
    int last = rows.stream().mapToInt(row -> row.getInt(0)).max().orElse(-1);
    ByteBuffer bytes = ByteBuffer.allocate(4 * (1 + (last + 1) * rank)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(0, rank);
    for (Row row : rows) {
      List<Float> numbers = row.getList(1);
      for (int k = 0; k < rank; k++) {
        bytes.putFloat(4 * (1 + row.getInt(0) * rank + k), numbers.get(k));
      }
    }
    Files.write(made.resolve(name + ".f32"), bytes.array());
  }
}
