package io.vitrina.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a job leaves of what earlier ones made: the newest complete folders. A folder without its last file belongs to a job that may go
 * on, and stays.
 */
final class Retention {
  private record Made(Path folder, long time) {}

  private Retention() {}

  /** Newest by the time of their last file, {@code last}; {@code newest} 0 keeps all; {@code inUse} stays whatever its age. */
  static void keep(FileSystem files, Path folders, String last, long newest, Path inUse) throws IOException {
    Comparator<Made> byTime = Comparator.comparingLong(Made::time);
    remove(files, folders, last, newest, inUse, byTime.thenComparing(made -> made.folder().getName()));
  }

  /** Newest by name, as models are called. */
  static void keepByName(FileSystem files, Path folders, String last, long newest, Path inUse) throws IOException {
    remove(files, folders, last, newest, inUse, Comparator.comparing(made -> made.folder().getName()));
  }

  private static void remove(FileSystem files, Path folders, String last, long newest, Path inUse, Comparator<Made> older) throws IOException {
    if (newest == 0) {
      return;
    }
    List<Made> complete = new ArrayList<>();
    for (FileStatus folder : files.listStatus(folders)) {
      try {
        complete.add(new Made(folder.getPath(), files.getFileStatus(new Path(folder.getPath(), last)).getModificationTime()));
      } catch (FileNotFoundException unfinished) {
        continue; // or removed by another job just now
      }
    }
    complete.sort(older.reversed());
    for (Made old : complete.subList((int) Math.min(newest, complete.size()), complete.size())) {
      if (!old.folder().getName().equals(inUse.getName())) {
        files.delete(old.folder(), true);
        System.err.println("vitrina: removed " + old.folder() + ", beyond the newest " + newest);
      }
    }
  }
}
