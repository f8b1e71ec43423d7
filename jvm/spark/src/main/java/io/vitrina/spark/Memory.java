package io.vitrina.spark;

import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkConf;

/**
 * What the core may take outside of the heap, in MB; 0 where nobody bounds it.
 *
 * <p>An executor's container is killed when it outgrows heap and {@code spark.executor.memoryOverhead}. So the core gets the overhead
 * less {@code spark.vitrina.memoryReserve} (192 MB, for the JVM's own), and refuses what would take more by an error that says so.
 * A task that runs alone gets all of it, of tasks side by side each its share. In one process ({@code local[N]}) there is no container,
 * and no bound unless one is said ({@code --memory-mb}).
 */
record Memory(long alone, long shared) implements java.io.Serializable {
  static final Memory UNBOUNDED = new Memory(0, 0);
  private static final long SMALLEST_MB = 16;

  static Memory of(SparkConf conf, Arguments said) {
    return of(conf, said.number("memory-mb", -1));
  }

  /** {@code said} is −1 where nothing is. */
  static Memory of(SparkConf conf, long said) {
    int cores = Math.max(1, conf.getInt("spark.executor.cores", 1) / Math.max(1, conf.getInt("spark.task.cpus", 1)));
    if (said >= 0) {
      return said == 0 ? UNBOUNDED : new Memory(said, Math.max(1, said / cores));
    }
    if (conf.get("spark.master", "local").startsWith("local")) {
      return UNBOUNDED;
    }
    long reserve = conf.getSizeAsMb("spark.vitrina.memoryReserve", "192m");
    long rest = overhead(conf) - reserve;
    if (rest < SMALLEST_MB) {
      throw new IllegalArgumentException(
          "spark.executor.memoryOverhead is " + overhead(conf) + " MB, of which " + reserve
              + " are the JVM's (spark.vitrina.memoryReserve): the core needs at least " + SMALLEST_MB + " more");
    }
    return new Memory(rest, Math.max(1, rest / cores));
  }

  /** As Spark computes it where it is not said. */
  private static long overhead(SparkConf conf) {
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
    double factor = Double.parseDouble(conf.get("spark.executor.memoryOverheadFactor", "0.1"));
    long usual = Math.max(least, (long) (factor * heap));
    return conf.getSizeAsMb("spark.executor.memoryOverhead", usual + "m");
  }

  /** The JSON object of a configuration, for a task that runs alone. */
  byte[] alone(byte[] configuration) {
    return with(configuration, alone);
  }

  /** … or beside others. */
  byte[] shared(byte[] configuration) {
    return with(configuration, shared);
  }

  private static byte[] with(byte[] configuration, long megabytes) {
    String json = new String(configuration, StandardCharsets.UTF_8);
    return (json.substring(0, json.lastIndexOf('}')) + ", \"memory_mb\": " + megabytes + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return alone == 0 ? "unbounded" : alone + " MB a task alone, " + shared + " MB beside others";
  }
}
