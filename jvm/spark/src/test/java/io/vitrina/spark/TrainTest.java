package io.vitrina.spark;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vitrina.border.Lesson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
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

  /** People enough for three blocks of rows. */
  private final MadeHistory history = new MadeHistory(20_000, 9000);

  private byte[] trained(String master, int parts, String... more) throws IOException {
    String root = folder.resolve(master.replaceAll("\\W", "") + parts).toString();
    try (SparkSession spark = MadeHistory.session(master)) {
      history.write(spark, root, parts);
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

  private record Expected(byte[] manifest, byte[] bytes) {}

  private Expected expected() throws IOException {
    try (Lesson lesson = new Lesson(utf8(LESSON))) {
      lesson.addEntries(history.entries);
      lesson.addRecords(history.records);
      lesson.assemble(OutputStream.nullOutputStream());
      Lesson.Model model = lesson.trained();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      lesson.writeModel(bytes);
      return new Expected(model.manifest(), bytes.toByteArray());
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
    try (SparkSession spark = MadeHistory.session("local[2]")) {
      history.write(spark, root, 2);
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
