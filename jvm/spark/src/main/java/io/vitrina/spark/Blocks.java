package io.vitrina.spark;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Blocks of bytes in a file, one behind the other: (length u32 little-endian, bytes)*. */
final class Blocks implements Closeable {
  private final DataInputStream in;

  Blocks(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /** Null behind the last. A file that ends within a block is an error. */
  byte[] next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int length = first | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16 | in.readUnsignedByte() << 24;
    byte[] block = new byte[length];
    in.readFully(block);
    return block;
  }

  static void write(OutputStream out, byte[] block) throws IOException {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(block.length >>> shift & 0xff);
    }
    out.write(block);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
