package io.vitrina.spark;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vitrina.border.Border;
import io.vitrina.border.HistoryRecord;
import io.vitrina.border.Lesson;
import io.vitrina.border.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with Spark in one process: the bytes of a training in one call, however many tasks there are. */
class TrainTest {
  private static final long THROUGH = NOON + 40 * DAY;
  private static final String[] SETTINGS = {
    "--set", "ials.dimensions=8", "--set", "ials.epochs=2", "--through", Long.toString(THROUGH), "--now", Long.toString(THROUGH + 7000)
  };
  private static final String LESSON =
      "{\"settings\": {\"ials.dimensions\": \"8\", \"ials.epochs\": \"2\"}, \"through\": "
          + THROUGH + ", \"now\": " + (THROUGH + 7000) + ", \"weights\": true}";

  @TempDir Path folder;

  private final List<byte[]> records = new ArrayList<>();

  /** People enough for three blocks of rows. */
  @BeforeEach
  void happen() {
    Random random = new Random(1);
    String shops = "{\"shops\": {\"default\": \"" + "0".repeat(64) + "\"}}";
    try (Border border = Border.open(utf8(shops))) {
      for (int i = 0; i < 20_000; i++) {
        String visitor = "v" + random.nextInt(9000);
        byte[] event = Wire.view(visitor, "e" + i, NOON + random.nextInt(30 * 24) * 3_600_000L, "i" + random.nextInt(50) * random.nextInt(9));
        HistoryRecord record = border.historyRecord(utf8("default/" + visitor), event, NOON + 60 * DAY);
        records.add(record.record());
      }
    }
  }

  private static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }

  /** A history as the job of jvm/history leaves it, in so many files. */
  private void history(SparkSession spark, String root, int parts) throws IOException {
    StructType schema = new StructType().add("day", DataTypes.IntegerType).add("record", DataTypes.BinaryType);
    List<Row> rows = new ArrayList<>();
    records.forEach(record -> rows.add(RowFactory.create(1, record)));
    spark.createDataFrame(rows, schema).repartition(parts).write().mode(SaveMode.Overwrite).parquet(root + "/history/run-000000001/shop=default/day=2026-01-05");
    Path manifests = Files.createDirectories(Path.of(root, "history", "manifests"));
    Files.writeString(manifests.resolve("000000001"), "vitrina history 1\nday default 2026-01-05 run-000000001 0=100\n");
  }

  private byte[] trained(String master, int parts, String... more) throws IOException {
    String root = folder.resolve(master.replaceAll("\\W", "") + parts).toString();
    try (SparkSession spark = session(master)) {
      history(spark, root, parts);
      Train train = new Train().read(SETTINGS).read("--root", root).read(more);
      Path model = Path.of(train.run(spark).toUri().getPath());
      assertEquals(List.of("manifest.json", "model.vit"), names(model));
      assertEquals(model, Path.of(root, "models", "default", model.getFileName().toString()));
      assertFalse(Files.list(Path.of(root, "training")).findAny().isPresent());
      // Once more, as after a kill behind the last rename: the same folder, as it was.
      assertEquals(model.toString(), new Train().read(SETTINGS).read("--root", root).read(more).run(spark).toUri().getPath());
      byte[] manifest = Files.readAllBytes(model.resolve("manifest.json"));
      assertArrayEquals(expected().manifest(), manifest);
      return Files.readAllBytes(model.resolve("model.vit"));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var found = Files.list(folder)) {
      return found.map(path -> path.getFileName().toString()).filter(name -> !name.endsWith(".crc")).sorted().toList();
    }
  }

  private Lesson.Model expected() {
    try (Lesson lesson = new Lesson(utf8(LESSON))) {
      lesson.addRecords(records);
      lesson.assembled();
      return lesson.trained();
    }
  }

  @Test
  void gives_the_bytes_of_one_call_whatever_the_number_of_tasks() throws IOException {
    byte[] expected = expected().bytes();
    assertArrayEquals(expected, trained("local[1]", 1, "--slices", "1"));
    assertArrayEquals(expected, trained("local[3]", 5, "--slices", "3"));
  }

  @Test
  void goes_on_where_a_killed_training_stopped_and_refuses_damaged_blocks() throws IOException {
    String root = folder.resolve("killed").toString();
    try (SparkSession spark = session("local[2]")) {
      history(spark, root, 2);
      Store store = new Store(spark.sparkContext().hadoopConfiguration(), root + "/training/by-hand");
      Training.Plan plan = new Training.Plan(root, "default", 1, utf8(LESSON), 2, 2);
      Path model = Path.of(new Training(plan, store).run(spark).toUri().getPath());
      byte[] bytes = Files.readAllBytes(model.resolve("model.vit"));
      // What a kill in the second epoch leaves.
      for (String name : List.of("model", "items-2/0", "items-2/basis", "people-2/basis", "people-2/1")) {
        assertEquals(true, store.files().delete(store.path(name), false), name);
      }
      deleted(model);
      assertEquals(model.toString(), new Training(plan, store).run(spark).toUri().getPath());
      assertArrayEquals(bytes, Files.readAllBytes(model.resolve("model.vit")));

      for (String name : List.of("model", "items-2/0", "items-2/basis")) {
        store.files().delete(store.path(name), false);
      }
      byte[] pairs = store.read("item-pairs/0");
      pairs[pairs.length / 2] ^= 1;
      store.files().delete(store.path("item-pairs/0"), false);
      store.write("item-pairs/0", pairs);
      assertThrows(Exception.class, () -> new Training(plan, store).run(spark));
    }
  }

  private static void deleted(Path model) throws IOException {
    try (var found = Files.list(model)) {
      for (Path file : found.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(model);
  }

  @Test
  void refuses_what_it_cannot_do() {
    assertThrows(IllegalArgumentException.class, () -> new Train().read("--root"));
    assertThrows(IllegalArgumentException.class, () -> new Train().read("--shop", "default").run(null));
    assertThrows(IllegalArgumentException.class, () -> new Train().read("--root", "x", "--shop", "A shop").run(null));
    assertThrows(IllegalArgumentException.class, () -> new Train().read("--root", "x", "--set", "ials.epochs=\"4"));
  }
}
