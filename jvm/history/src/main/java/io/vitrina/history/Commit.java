package io.vitrina.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files appear whole or not at all: written aside, then renamed. */
final class Commit {
  private Commit() {}

  /**
   * Gives {@code written} its name. Where the name is taken, an attempt that wrote the same won: what was written goes. Answers whether
   * it was this one.
   */
  static boolean rename(FileSystem files, Path written, Path name) throws IOException {
    files.mkdirs(name.getParent());
    if (!files.exists(name) && files.rename(written, name)) {
      return true;
    }
    if (!files.exists(name)) {
      throw new IOException("cannot rename " + written + " to " + name);
    }
    files.delete(written, false);
    return false;
  }

  static boolean text(FileSystem files, Path aside, Path name, List<String> lines) throws IOException {
    try (FSDataOutputStream out = files.create(aside, true)) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
      out.hsync();
    }
    return rename(files, aside, name);
  }
}
