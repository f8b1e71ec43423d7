package io.vitrina.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Recommendations for everybody, for e-mail: lines of JSON (border/batch.hpp), a file a slice of the people.
 *
 * <pre>
 * Batch --root hdfs:///vitrina [--shop default] [--placement home] [--size 10] [--locale en] [--people everybody|users|visitors]
 *       [--model the newest] [--now ms] [--states folder] [--fold …] [--slices N] [--memory-mb N]
 *       [--config vitrina.toml] [--keep 10]
 * </pre>
 *
 * <p>{@code --states} names what {@link Features} made; without it the history is folded up to {@code --now} first. Prints the folder.
 * Each {@code part-N.jsonl} appears by a rename, {@code _SUCCESS} behind the last of them.
 */
public final class Batch implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int PIECE_BYTES = 16 << 20;
  private static final int KEPT = 10;

  private final String root;
  private final String shop;
  private final byte[] configuration;
  private final Memory memory;
  private Store states;
  private Store out;
  private Path model;

  public static void main(String[] arguments) throws IOException {
    Arguments said = arguments(arguments);
    try (SparkSession spark = SparkSession.builder().appName("vitrina: batch").getOrCreate()) {
      System.out.println("batch " + new Batch(said, spark).run(said, spark));
    }
  }

  static Arguments arguments(String... arguments) {
    return new Arguments("root|shop|placement|size|locale|people|model|now|states|fold|slices|through|memory-mb|config|keep", "-", arguments);
  }

  Batch(Arguments said, SparkSession spark) {
    root = said.root();
    shop = said.shop();
    memory = Memory.of(spark.sparkContext().getConf(), said);
    String json =
        "{\"placement\": \"" + said.text("placement", "home", "[a-z_]{1,64}")
            + "\", \"people\": \"" + said.text("people", "everybody", "[a-z]{1,16}")
            + "\", \"locale\": \"" + said.text("locale", "en", "[A-Za-z0-9-]{1,16}")
            + "\", \"size\": " + said.number("size", 10)
            + ", \"now\": " + now(said) + said.config() + "}";
    configuration = json.getBytes(StandardCharsets.UTF_8);
    try (var checked = new io.vitrina.border.Batch(configuration)) {
      checked.addEntries(List.of()); // what it refuses is told before anything is folded
    }
  }

  private static long now(Arguments said) {
    return said.number("now", System.currentTimeMillis());
  }

  Path run(Arguments said, SparkSession spark) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Path versions = new Path(root + "/models/" + shop);
    String version = said.text("model", "", "[A-Za-z0-9._-]*");
    model = new Path(versions, version.isEmpty() ? Publish.newest(versions.getFileSystem(hadoop), versions) : version);
    if (!new Store(hadoop, model.toString()).has("manifest.json")) {
      throw new IllegalArgumentException("there is no model " + model + "; train one, or name another by --model");
    }
    Path folded = said.has("states") ? new Path(said.text("states", "", ".+")) : states(said, spark);
    states = new Store(hadoop, folded.toString());
    int slices = Integer.parseInt(new String(states.read("slices"), StandardCharsets.UTF_8));
    String name = String.format("%s-%s-%08x", model.getName(), folded.getName(), Arrays.hashCode(configuration));
    out = new Store(hadoop, root + "/batches/" + shop + "/" + name);
    if (out.has("_SUCCESS")) {
      return out.folder();
    }
    if (!out.has("_catalogue")) {
      out.write("_catalogue", Catalogue.packed(hadoop, root, shop));
    }
    List<Integer> numbers = IntStream.range(0, slices).boxed().toList();
    new JavaSparkContext(spark.sparkContext()).parallelize(numbers, slices).foreach(slice -> answer(slice, slices));
    out.write("_SUCCESS", configuration);
    out.files().delete(out.path("attempts"), true);
    out.files().delete(out.path("_catalogue"), false);
    Retention.keep(out.files(), out.folder().getParent(), "_SUCCESS", said.keep(KEPT), out.folder());
    return out.folder();
  }

  /** Of everything until now, by the same words. */
  private Path states(Arguments said, SparkSession spark) throws IOException {
    return new Features(said.with("through", Long.toString(now(said))), spark).run(spark);
  }

  private void answer(int slice, int slices) throws IOException {
    String part = String.format("part-%05d.jsonl", slice);
    if (out.has(part)) {
      return;
    }
    try (var batch = new io.vitrina.border.Batch(memory.shared(configuration));
        Store.Writing lines = out.writing(part)) {
      batch.addEntries(Packed.parts(out.read("_catalogue")));
      for (int of = 0; of < slices; of++) {
        try (Blocks items = new Blocks(states.open(Features.items(of)))) {
          for (byte[] block = items.next(); block != null; block = items.next()) {
            batch.addItemStates(block);
          }
        }
      }
      addModel(batch);
      try (Blocks people = new Blocks(states.open(Features.people(slice)))) {
        for (byte[] block = people.next(); block != null; block = people.next()) {
          lines.out().write(batch.answers(block));
        }
      }
      lines.out().hsync();
      lines.commit();
    }
  }

  private void addModel(io.vitrina.border.Batch batch) throws IOException {
    Store files = new Store(out.configuration(), model.toString());
    try (InputStream in = files.open("model.vit")) {
      for (byte[] piece = in.readNBytes(PIECE_BYTES); piece.length > 0; piece = in.readNBytes(PIECE_BYTES)) {
        batch.addModelBytes(piece);
      }
    }
    batch.takeManifest(files.read("manifest.json"));
  }
}
