package io.vitrina.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  @TempDir java.nio.file.Path folder;

  private void made(String name, String file, int minute) throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve(file), "x");
    Files.setLastModifiedTime(folder.resolve(name).resolve(file), FileTime.fromMillis(60_000L * minute));
  }

  private List<String> left() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void the_newest_complete_ones_stay_and_what_is_in_use_and_what_is_unfinished() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    Path all = new Path(folder.toUri());
    made("e", "_SUCCESS", 1);
    made("d", "_SUCCESS", 2);
    made("c", "_SUCCESS", 4);
    made("b", "_SUCCESS", 3);
    made("a", "part-00000.jsonl", 0);
    Retention.keep(files, all, "_SUCCESS", 0, new Path(all, "c"));
    assertEquals(List.of("a", "b", "c", "d", "e"), left());
    Retention.keep(files, all, "_SUCCESS", 2, new Path(all, "e"));
    assertEquals(List.of("a", "b", "c", "e"), left());
    Retention.keep(files, all, "_SUCCESS", 9, new Path(all, "c"));
    assertEquals(List.of("a", "b", "c", "e"), left());
    Retention.keepByName(files, all, "_SUCCESS", 1, new Path(all, "b"));
    assertEquals(List.of("a", "b", "e"), left());
  }

  @Test
  void publish_refuses_a_keep_that_is_no_count_before_it_publishes() {
    for (String keep : new String[] {"-1", "abc", "", "1e3"}) {
      var refused = assertThrows(IllegalArgumentException.class, () -> new Publish().read("--keep", keep));
      assertTrue(refused.getMessage().startsWith("--keep " + keep + ": "), refused.getMessage());
    }
  }

  @Test
  void the_text_of_a_configuration_becomes_json() throws IOException {
    java.nio.file.Path file = Files.writeString(folder.resolve("vitrina.toml"), "[placement.home]\nsources = [\"a\\u00e9é\"]\t#\n");
    assertEquals("\"[placement.home]\\u000asources = [\\u0022a\\u005cu00e9é\\u0022]\\u0009#\\u000a\"", Arguments.quoted(file.toString()));
    assertThrows(IllegalArgumentException.class, () -> Arguments.quoted(folder.resolve("none").toString()));
  }
}
