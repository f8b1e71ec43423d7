package io.vitrina.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;
  private Path cluster;

  @BeforeEach
  void writesAFile() throws IOException {
    Path shops = Files.writeString(folder.resolve("shops.json"), "{\"default\": \"00\"}");
    cluster = Files.writeString(folder.resolve("cluster.properties"), "bootstrap.servers=here:1\nstreams.state.dir=/s\nshops.file=" + shops + "\nwebhdfs=http://x\n");
  }

  private Settings read(String more) throws IOException {
    Path file = Files.writeString(folder.resolve("more.properties"), more);
    return Settings.read(List.of(cluster, file), name -> name.equals("SECRET") ? "s3cret" : null);
  }

  @Test
  void have_defaults_and_the_later_file_counts() throws IOException {
    assertEquals("vitrina.folds", read("").names().application());
    assertEquals("2", read("").streams().get("num.stream.threads"));
    Settings settings = read("topic.prefix=a.\nstreams.threads=5\nbootstrap.servers=there:2\n");
    assertEquals("a.folds", settings.names().application());
    assertEquals("5", settings.streams().get("num.stream.threads"));
    assertEquals("there:2", settings.streams().get("bootstrap.servers"));
  }

  @Test
  void take_passwords_from_the_environment_and_pass_security_on() throws IOException {
    Properties streams = read("security.protocol=SSL\nssl.key.password=${SECRET}\nkafka.consumer.max.poll.records=7\n").streams();
    assertEquals("s3cret", streams.get("ssl.key.password"));
    assertEquals("SSL", streams.get("security.protocol"));
    assertEquals("7", streams.get("consumer.max.poll.records"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> read("ssl.key.password=${NONE}")).getMessage().contains("ssl.key.password"));
  }

  @Test
  void do_not_let_exactly_once_be_switched_off() throws IOException {
    assertEquals("exactly_once_v2", read("kafka.processing.guarantee=at_least_once").streams().get("processing.guarantee"));
  }

  @Test
  void name_the_key_that_is_wrong() {
    for (String wrong : List.of("streams.thread=1", "streams.threads=x", "bootstrap.servers=", "fold.facts=many")) {
      String key = wrong.substring(0, wrong.indexOf('='));
      var refused = assertThrows(IllegalArgumentException.class, () -> read(wrong).border());
      assertTrue(refused.getMessage().contains(key), refused.getMessage());
    }
  }

  @Test
  void put_shops_and_limits_into_the_configuration_of_the_border() throws IOException {
    assertEquals(
        "{\"shops\": {\"default\": \"00\"}, \"fold\": {\"facts\": 9, \"orders\": 3}, \"feedback\": {\"lines\": 7}}",
        new String(read("fold.facts=9\nfold.orders=3\nfeedback.lines=7\n").border()));
  }
}
