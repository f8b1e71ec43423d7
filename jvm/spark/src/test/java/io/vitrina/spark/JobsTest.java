package io.vitrina.spark;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static io.vitrina.border.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vitrina.border.BorderException;
import io.vitrina.border.ShopEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation, states and recommendations for everybody, with Spark in one process. */
class JobsTest {
  private static final int VISITORS = 300;
  private static final String NOW = Long.toString(NOON + 40 * DAY);

  @TempDir Path folder;

  private final MadeHistory history = new MadeHistory(4000, VISITORS);

  @Test
  void evaluates_each_cut_in_a_task_and_says_what_one_call_says() throws Exception {
    String[] asked = {"--split", "cuts:2026-01-12,2026-01-20", "--horizon", "7d", "--tasks", "home,new_visitors", "--bootstrap", "50", "--set", "ials.epochs=2", "--set", "ials.dimensions=8"};
    String configuration =
        "{\"split\": \"cuts:2026-01-12,2026-01-20\", \"horizon\": \"7d\", \"tasks\": [\"home\", \"new_visitors\"], \"bootstrap\": 50,"
            + " \"settings\": {\"ials.dimensions\": \"8\", \"ials.epochs\": \"2\"}}";
    List<byte[]> cuts = new ArrayList<>();
    try (ShopEvaluation whole = new ShopEvaluation(utf8(configuration))) {
      whole.addEntries(history.entries);
      whole.addRecords(history.records);
      for (int cut = 0; cut < whole.cuts(); cut++) {
        cuts.add(whole.evaluated(cut));
      }
    }
    assertEquals(2, cuts.size());
    String root = folder.resolve("evaluated").toString();
    try (SparkSession spark = MadeHistory.session("local[2]")) {
      history.write(spark, root, 3);
      ShopEvaluation.Report report = new Evaluate(Evaluate.arguments(asked).with("root", root), spark).run(spark);
      assertEquals(new String(ShopEvaluation.joined(cuts).json()), new String(report.json()));
      assertTrue(new String(report.table()).startsWith("home at 2026-01-12: "));
      try (var left = Files.walk(Path.of(root, "evaluations"))) {
        List<String> names = left.filter(Files::isRegularFile).map(path -> path.getFileName().toString()).filter(name -> !name.endsWith(".crc")).sorted().toList();
        assertEquals(List.of("report.json", "report.txt"), names);
      }
    }
  }

  /** The lines of a batch, sorted. */
  private static TreeSet<String> lines(Path batch) throws IOException {
    TreeSet<String> lines = new TreeSet<>();
    try (var parts = Files.list(batch)) {
      for (Path part : parts.filter(path -> path.getFileName().toString().matches("part-[0-9]{5}[.]jsonl")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
    }
    return lines;
  }

  private Path batch(SparkSession spark, String root, String... more) throws IOException {
    Arguments said = Batch.arguments(more).with("root", root).with("now", NOW);
    return Path.of(new Batch(said, spark).run(said, spark).toUri().getPath());
  }

  @Test
  void recommends_to_everybody_the_same_however_many_tasks_there_are() throws IOException {
    String root = folder.resolve("batch").toString();
    try (SparkSession spark = MadeHistory.session("local[3]")) {
      history.write(spark, root, 4);
      new Train().read("--root", root, "--through", NOW, "--now", NOW, "--set", "ials.epochs=1", "--set", "ials.dimensions=8", "--no-weights").run(spark);
      Path one = batch(spark, root, "--slices", "1");
      Path states = Path.of(root, "states", "default");
      try (var made = Files.list(states)) {
        assertEquals(1, made.count());
      }
      TreeSet<String> lines = lines(one);
      assertEquals(VISITORS, lines.size());
      assertTrue(lines.first().startsWith("{\"visitor_id\":\"v0\",\"placement\":\"home\",\"model_version\":\"20260210T120000Z-"), lines.first());
      assertTrue(lines.stream().allMatch(line -> line.contains("\"score\":")));
      assertTrue(Files.exists(one.resolve("_SUCCESS")));
      assertFalse(Files.exists(one.resolve("attempts")));
      assertEquals(one, batch(spark, root)); // the same again: it is there

      Features three = new Features(new Arguments("root|through|slices", "-", "--root", root, "--through", Long.toString(NOON + 41 * DAY), "--slices", "3"), spark);
      String folded = three.run(spark).toString();
      assertEquals(folded, three.run(spark).toString());
      Path many = batch(spark, root, "--states", folded);
      assertFalse(many.equals(one));
      assertEquals(lines, lines(many));
    }
  }

  @Test
  void refuses_what_it_cannot_do() throws IOException {
    String root = folder.resolve("refused").toString();
    assertThrows(IllegalArgumentException.class, () -> Batch.arguments("--sizes", "3"));
    assertThrows(IllegalArgumentException.class, () -> Evaluate.arguments("--set", "ials.epochs=\"4"));
    try (SparkSession spark = MadeHistory.session("local[1]")) {
      assertThrows(IllegalArgumentException.class, () -> batch(spark, root)); // no history, no model
      assertThrows(BorderException.class, () -> batch(spark, root, "--placement", "garden"));
      history.write(spark, root, 1);
      assertThrows(IllegalArgumentException.class, () -> batch(spark, root, "--model", "20260101T000000Z-0000"));
      Arguments never = Evaluate.arguments("--root", root, "--split", "never");
      assertThrows(BorderException.class, () -> new Evaluate(never, spark).run(spark));
      Arguments early = Evaluate.arguments("--root", root, "--split", "time:2020-01-01");
      assertThrows(Exception.class, () -> new Evaluate(early, spark).run(spark));
    }
  }
}
