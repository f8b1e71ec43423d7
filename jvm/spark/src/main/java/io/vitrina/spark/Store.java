package io.vitrina.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of one training, under one folder of HDFS (or any file system that renames). A file appears whole or not at all: of several
 * attempts at a task the first that renames wins, the others find its file, which holds the same bytes, and remove theirs. Files are not
 * synced to disk: what a power cut damages, the checksums of blocks refuse, until the folder is removed.
 *
 * <p>Travels with tasks. Threads: any.
 */
final class Store implements Serializable {
  private static final long serialVersionUID = 1;

  private final SerializableConfiguration configuration;
  private final String folder;
  private transient FileContext context; // each one is a client of its own

  Store(Configuration configuration, String folder) {
    this.configuration = new SerializableConfiguration(configuration);
    this.folder = folder;
  }

  Configuration configuration() {
    return configuration.value();
  }

  Path folder() {
    return new Path(folder);
  }

  Path path(String name) {
    return new Path(folder + "/" + name);
  }

  boolean has(String name) {
    try {
      return files().exists(path(name));
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  byte[] read(String name) {
    try (FSDataInputStream in = files().open(path(name))) {
      return in.readAllBytes();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  FSDataInputStream open(String name) throws IOException {
    return files().open(path(name));
  }

  void write(String name, byte[] bytes) {
    try (Writing writing = writing(name)) {
      writing.out().write(bytes);
      writing.commit();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** A file that is written piece by piece. */
  Writing writing(String name) throws IOException {
    Path aside = path("attempts/" + UUID.randomUUID());
    return new Writing(name, aside, files().create(aside, true));
  }

  /** Gets its name by {@link #commit}; closed without, it is gone. */
  final class Writing implements Closeable {
    private final String name;
    private final Path aside;
    private final FSDataOutputStream out;
    private boolean committed = false;

    private Writing(String name, Path aside, FSDataOutputStream out) {
      this.name = name;
      this.aside = aside;
      this.out = out;
    }

    FSDataOutputStream out() {
      return out;
    }

    void commit() throws IOException {
      out.close();
      Store.this.commit(aside, path(name));
      committed = true;
    }

    @Override
    public void close() throws IOException {
      if (!committed) {
        out.close();
        files().delete(aside, false);
      }
    }
  }

  /** Gives a file or folder its name. Where another attempt did that, this one's goes. */
  void commit(Path aside, Path name) throws IOException {
    files().mkdirs(name.getParent());
    try {
      context().rename(qualified(aside), qualified(name), Rename.NONE);
    } catch (IOException trouble) {
      if (!files().exists(name)) {
        throw trouble;
      }
      files().delete(aside, true);
    }
  }

  private synchronized FileContext context() throws IOException {
    if (context == null) {
      context = FileContext.getFileContext(qualified(folder()).toUri(), configuration());
    }
    return context;
  }

  /** With its host, which "hdfs:///folder" leaves to the configuration: a FileContext, unlike a FileSystem, does not look there. */
  private Path qualified(Path path) throws IOException {
    return files().makeQualified(path);
  }

  void delete() throws IOException {
    files().delete(new Path(folder), true);
  }

  FileSystem files() throws IOException {
    return new Path(folder).getFileSystem(configuration());
  }
}
