package io.vitrina.spark;

import io.vitrina.border.Border;
import io.vitrina.border.BorderException;
import io.vitrina.border.Packing;
import io.vitrina.history.HistoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The catalogue of a shop, folded from all changes of its items. */
final class Catalogue {
  private Catalogue() {}

  /** Its entries in the order of their keys, packed. */
  static byte[] packed(Configuration configuration, String root, String shop) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    String shops = "{\"shops\": {\"" + shop + "\": \"" + "0".repeat(64) + "\"}}";
    try (Border border = Border.open(shops.getBytes(StandardCharsets.UTF_8))) {
      HistoryFiles.eachItemChange(
          configuration,
          new Path(root),
          (key, change, timestamp) -> {
            String name = new String(key, StandardCharsets.UTF_8);
            if (!name.startsWith(shop + "/")) {
              return;
            }
            try {
              entries.put(name, border.foldItemChange(key, entries.get(name), change, timestamp));
            } catch (BorderException refused) {
              // Among the dead letters since it was read from the log.
              return;
            }
          });
    }
    return Packing.of(List.copyOf(entries.values()));
  }
}
