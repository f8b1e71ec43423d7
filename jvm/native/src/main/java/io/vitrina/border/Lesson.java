package io.vitrina.border;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * One training (border/lesson.hpp): catalogue and history in, a model out; with iALS here or from {@link Ials}, the same bytes.
 *
 * <p>Threads: one. Lifetime: {@code close} it; its memory is not the garbage collector's. Errors: {@link BorderException}.
 */
public final class Lesson implements AutoCloseable {
  /** What {@link #block} makes: pairs of people, of items, first factors of items; neighbours by co-visitation follow, by relation. */
  public static final int PEOPLE_PAIRS = 0;

  public static final int ITEM_PAIRS = 1;
  public static final int FIRST_ITEM_FACTORS = 2;
  public static final int FIRST_RELATION = 3;
  public static final int RELATIONS = 4;

  /** Its bytes are written by {@link #writeModel}. */
  public record Model(byte[] version, byte[] manifest) {}

  private static final int EPOCHS = -1; // of no block
  private static final int PIECE_BYTES = 16 << 20;

  private long handle;

  /** {@code configuration} is the JSON of border/lesson.hpp. */
  public Lesson(byte[] configuration) {
    handle = NativeLesson.openLesson(configuration);
  }

  /** Entries of the catalogue, as the fold of item changes writes them; before any record. */
  public void addEntries(List<byte[]> entries) {
    NativeLesson.add(handle, Packing.of(entries), null);
  }

  /** Records of the history, in any order. */
  public void addRecords(List<byte[]> records) {
    NativeLesson.add(handle, null, Packing.of(records));
  }

  /** The history of all records, which the lesson holds from now on. */
  public void assemble(OutputStream out) throws IOException {
    NativeLesson.assemble(handle);
    cross(out);
  }

  public void takeHistory(InputStream history) throws IOException {
    for (byte[] piece = history.readNBytes(PIECE_BYTES); piece.length > 0; piece = history.readNBytes(PIECE_BYTES)) {
      NativeLesson.takeHistory(handle, piece);
    }
    NativeLesson.takeHistory(handle, null);
  }

  private void cross(OutputStream out) throws IOException {
    long offset = 0;
    for (byte[] piece = NativeLesson.piece(handle, 0, PIECE_BYTES); piece.length > 0; piece = NativeLesson.piece(handle, offset, PIECE_BYTES)) {
      out.write(piece);
      offset += piece.length;
    }
  }

  public int peopleBlocks() {
    return NativeLesson.blocks(handle, PEOPLE_PAIRS);
  }

  public int itemBlocks() {
    return NativeLesson.blocks(handle, ITEM_PAIRS);
  }

  /** Of iALS, by the configuration; 0: it is switched off. */
  public int epochs() {
    return NativeLesson.blocks(handle, EPOCHS);
  }

  /** Of each relation. */
  public int covisitBlocks() {
    return NativeLesson.blocks(handle, FIRST_RELATION);
  }

  public byte[] block(int kind, int number) {
    return NativeLesson.block(handle, kind, number);
  }

  public Model trained() {
    return read(NativeLesson.trained(handle, null, null, null));
  }

  /** {@code rows}: all blocks of the first relation, of the second, …, or none. */
  public Model trained(List<byte[]> turnedItemFactors, byte[] basis, List<byte[]> rows) {
    return read(NativeLesson.trained(handle, Packing.of(turnedItemFactors), basis, Packing.of(rows)));
  }

  /** The file of the model that was trained last; once. */
  public void writeModel(OutputStream out) throws IOException {
    cross(out);
  }

  /** The record of the topic of models for a manifest and the absolute path of its model file, which has so many bytes. */
  public static byte[] published(byte[] manifest, byte[] path, long fileBytes) {
    return NativeLesson.published(manifest, path, fileBytes);
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeLesson.closeLesson(handle);
    }
    handle = 0;
  }

  private static Model read(byte[] packed) {
    Packed parts = new Packed(packed);
    return new Model(parts.next(), parts.next());
  }
}
