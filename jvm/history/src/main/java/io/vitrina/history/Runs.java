package io.vitrina.history;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folders {@code <root>/history/run-<number>}, each written by one job and never changed afterwards. A number is taken by making
 * {@code <root>/history/claims/<number>}, so that two jobs at once never share a folder.
 */
final class Runs {
  private static final String NAME = "run-\\d{9}";

  private final FileSystem files;
  private final Path history;

  Runs(FileSystem files, Path root) {
    this.files = files;
    this.history = new Path(root, "history");
  }

  /** The name of a run that nobody else has; larger than all that are there. */
  String claim() throws IOException {
    long number = 1;
    for (FileStatus run : listed(history)) {
      number = Math.max(number, number(run.getPath().getName()) + 1);
    }
    for (FileStatus claim : listed(claims())) {
      number = Math.max(number, number(claim.getPath().getName()) + 1);
    }
    for (; ; number++) {
      String name = String.format("run-%09d", number);
      try {
        files.create(new Path(claims(), name), false).close();
        return name;
      } catch (FileAlreadyExistsException taken) {
        continue;
      }
    }
  }

  Path folder(String run) {
    return new Path(history, run);
  }

  /**
   * Removes runs, and claims on them, that neither of the two newest manifests names: readers may still follow the last but one. What is
   * newer than all that the manifests name may belong to a job that runs now, and stays until a manifest names a newer one.
   */
  void removeUnused(Path root) throws IOException {
    Manifest newest = Manifest.newest(files, root);
    Set<String> used = new HashSet<>();
    for (long number = Math.max(1, newest.number - 1); number <= newest.number; number++) {
      Manifest.read(files, root, number).days.values().forEach(written -> used.add(written.run()));
    }
    String last = used.stream().max(String::compareTo).orElse("");
    for (Path folder : new Path[] {history, claims()}) {
      for (FileStatus run : listed(folder)) {
        String name = run.getPath().getName();
        if (number(name) > 0 && name.compareTo(last) < 0 && (!used.contains(name) || folder != history)) {
          files.delete(run.getPath(), true);
        }
      }
    }
  }

  private Path claims() {
    return new Path(history, "claims");
  }

  private static long number(String name) {
    return name.matches(NAME) ? Long.parseLong(name.substring(4)) : 0;
  }

  private FileStatus[] listed(Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException none) {
      return new FileStatus[0];
    }
  }
}
