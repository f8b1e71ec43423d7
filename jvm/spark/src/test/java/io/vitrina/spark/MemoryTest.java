package io.vitrina.spark;

import static io.vitrina.border.Wire.DAY;
import static io.vitrina.border.Wire.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The core's memory inside an executor. */
class MemoryTest {
  @TempDir Path folder;

  private static SparkConf conf(String master, String... more) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (int i = 0; i < more.length; i += 2) {
      conf.set(more[i], more[i + 1]);
    }
    return conf;
  }

  @Test
  void is_the_overhead_less_what_the_jvm_needs_shared_by_the_cores() {
    assertEquals(Memory.UNBOUNDED, Memory.of(conf("local[4]", "spark.executor.memoryOverhead", "1g"), -1));
    assertEquals(new Memory(300, 150), Memory.of(conf("local[4]", "spark.executor.cores", "2"), 300));
    assertEquals(new Memory(832, 208), Memory.of(conf("yarn", "spark.executor.memoryOverhead", "1g", "spark.executor.cores", "4"), -1));
    assertEquals(new Memory(832, 416), Memory.of(conf("yarn", "spark.executor.memoryOverhead", "1g", "spark.executor.cores", "4", "spark.task.cpus", "2"), -1));
    assertEquals(new Memory(192, 192), Memory.of(conf("yarn"), -1)); // Spark's own least, 384 MB
    assertEquals(new Memory(819 - 100, 719), Memory.of(conf("yarn", "spark.executor.memory", "8g", "spark.vitrina.memoryReserve", "100m"), -1));
    assertThrows(IllegalArgumentException.class, () -> Memory.of(conf("yarn", "spark.executor.memoryOverhead", "200m"), -1));
    assertEquals(Memory.UNBOUNDED, Memory.of(conf("yarn"), 0));
  }

  @Test
  void that_is_too_small_is_an_error_with_code_and_text_and_leaves_no_model() throws IOException {
    String root = folder.toString();
    String now = Long.toString(NOON + 40 * DAY);
    try (SparkSession spark = MadeHistory.session("local[2]")) {
      new MadeHistory(20_000, 9000).write(spark, root, 2);
      Train train = new Train().read("--root", root, "--through", now, "--now", now, "--memory-mb", "2");
      String said = assertThrows(Exception.class, () -> train.run(spark)).toString();
      assertTrue(said.contains("BorderException exhausted: assembling a history of so many events may take 3 MB"), said);
      assertTrue(said.contains("memory_mb is 2; give the task more memory: a job on Spark takes it from spark.executor.memoryOverhead"), said);
      assertFalse(Files.exists(folder.resolve("models")));
      Arguments evaluate = Evaluate.arguments("--root", root, "--memory-mb", "1", "--bootstrap", "10");
      said = assertThrows(Exception.class, () -> new Evaluate(evaluate, spark).run(spark)).toString();
      assertTrue(said.contains("BorderException exhausted: the history to evaluate takes more than memory_mb 1"), said);
    }
  }
}
