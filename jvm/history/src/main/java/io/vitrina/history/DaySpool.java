package io.vitrina.history;

import io.vitrina.border.VisitorHistory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rows that come visitor by visitor and go day by day, so that a reducer has one file open at a time, however many days there are. The
 * rows of a day keep the order in which they came. In memory up to a bound (the buffers take up to three times that), beyond it in a
 * file of the local disk, in pieces of days; the file has no name, so whoever is killed leaves nothing.
 *
 * <p>Threads: one.
 */
final class DaySpool implements Closeable {
  interface Sink {
    void row(String visitor, VisitorHistory.Row row) throws IOException;
  }

  private record Piece(long begin, int length) {}

  private static final class Spooled {
    private final List<Piece> pieces = new ArrayList<>();
    private ByteArrayOutputStream last = new ByteArrayOutputStream();
  }

  private final TreeMap<Day, Spooled> days = new TreeMap<>();
  private final Path folder;
  private final long bytesMax;
  private long bytes;
  private RandomAccessFile file;

  DaySpool(Path folder, long bytesMax) {
    this.folder = folder;
    this.bytesMax = bytesMax;
  }

  /** Ascending. */
  Set<Day> days() {
    return days.keySet();
  }

  void add(Day day, String visitor, VisitorHistory.Row row) throws IOException {
    ByteArrayOutputStream to = days.computeIfAbsent(day, d -> new Spooled()).last;
    long before = to.size();
    DataOutputStream out = new DataOutputStream(to);
    write(out, visitor.getBytes(StandardCharsets.UTF_8));
    out.writeLong(row.time());
    write(out, row.id());
    write(out, row.record());
    bytes += to.size() - before;
    if (bytes > bytesMax) {
      spill();
    }
  }

  /** The rows of a day, which are forgotten then. */
  void drain(Day day, Sink sink) throws IOException {
    Spooled spooled = days.get(day);
    for (Piece piece : spooled.pieces) {
      byte[] read = new byte[piece.length()];
      file.seek(piece.begin());
      file.readFully(read);
      drain(day, read, sink);
    }
    drain(day, spooled.last.toByteArray(), sink);
    spooled.pieces.clear();
    spooled.last = new ByteArrayOutputStream();
  }

  private static void drain(Day day, byte[] rows, Sink sink) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(rows));
    while (in.available() > 0) {
      String visitor = new String(read(in), StandardCharsets.UTF_8);
      sink.row(visitor, new VisitorHistory.Row(day.number(), in.readLong(), read(in), read(in)));
    }
  }

  private void spill() throws IOException {
    if (file == null) {
      Path path = Files.createTempFile(Files.createDirectories(folder), "days", null);
      file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path);
    }
    for (Spooled spooled : days.values()) {
      if (spooled.last.size() > 0) {
        spooled.pieces.add(new Piece(file.length(), spooled.last.size()));
        file.seek(file.length());
        spooled.last.writeTo(Channels.newOutputStream(file.getChannel()));
        spooled.last = new ByteArrayOutputStream();
      }
    }
    bytes = 0;
  }

  private static void write(DataOutputStream out, byte[] part) throws IOException {
    out.writeInt(part.length);
    out.write(part);
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] part = new byte[in.readInt()];
    in.readFully(part);
    return part;
  }

  @Override
  public void close() throws IOException {
    days.clear();
    if (file != null) {
      file.close();
    }
  }
}
