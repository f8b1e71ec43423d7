package io.vitrina.border;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Unpacks the native library and the libraries it needs out of the jar, and loads it.
 *
 * <p>The files go side by side into {@code <folder>/<hash of their content>}, so two versions never meet, and a second start finds what
 * the first unpacked. The folder is {@code -Dvitrina.native.dir=} or {@code vitrina-native-<user>} in the system's temporary folder. It
 * is ours alone (mode 0700; one that is not is left alone, and a folder for this process is used), and what it holds is compared with the hash before it is loaded. Any number of JVMs may start at once: each
 * unpacks beside and renames, the first one wins.
 */
final class NativeLibrary {
  private static final String RESOURCES = "library/";

  private NativeLibrary() {}

  static void load() {
    try {
      List<String> lines = new String(resource("names"), StandardCharsets.UTF_8).lines().toList();
      List<String> names = lines.subList(1, lines.size());
      Path asked = asked();
      boolean lasting = isOurs(asked);
      Path home = lasting ? asked : Files.createTempDirectory("vitrina-native-");
      Path folder = unpacked(home, lines.get(0), names);
      System.load(folder.resolve(names.get(names.size() - 1)).toString());
      if (!lasting) { // what is loaded stays loaded; nobody would find the files again
        delete(folder);
        Files.delete(home);
      }
    } catch (IOException problem) {
      throw new UncheckedIOException("cannot unpack the native library; -Dvitrina.native.dir=DIR names another folder", problem);
    }
  }

  private static Path unpacked(Path home, String hash, List<String> names) throws IOException {
    Path folder = home.resolve(hash);
    if (hash.equals(hashOf(folder, names))) {
      return folder;
    }
    Path beside = Files.createTempDirectory(home, hash + "-");
    for (String name : names) {
      Files.write(beside.resolve(name), resource(name));
    }
    if (!hash.equals(hashOf(beside, names))) {
      throw new IOException("the jar's native library is damaged: its content is not what its list of names says");
    }
    return moved(beside, folder, hash, names);
  }

  /** Where the files lie then: at {@code folder}, or where they are if something else lies there that is not ours. */
  private static Path moved(Path beside, Path folder, String hash, List<String> names) throws IOException {
    try {
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
      return folder;
    } catch (FileSystemException taken) {
      if (!hash.equals(hashOf(folder, names))) {
        return beside; // damaged, for example by a cleaner of temporary files; who has it open keeps it
      }
      delete(beside);
      return folder;
    }
  }

  private static Path asked() {
    String named = System.getProperty("vitrina.native.dir");
    Path usual = Path.of(System.getProperty("java.io.tmpdir"), "vitrina-native-" + System.getProperty("user.name"));
    return (named == null ? usual : Path.of(named)).toAbsolutePath();
  }

  /** Makes the folder where it is not there. False where it is somebody else's, or others may look into it. */
  private static boolean isOurs(Path folder) throws IOException {
    var onlyOurs = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectories(folder.getParent());
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(onlyOurs));
    } catch (FileAlreadyExistsException known) {
      // Made by an earlier start, or by somebody else: that is looked at below.
    }
    var found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Path own = Files.createTempFile("vitrina", ""); // what we make tells which user we are
    try {
      return found.isDirectory() && found.owner().equals(Files.getOwner(own)) && found.permissions().equals(onlyOurs);
    } finally {
      Files.delete(own);
    }
  }

  /** As tools/bundle_native.sh makes it, or an empty text where a file is missing. */
  private static String hashOf(Path folder, List<String> names) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return "";
      }
      sums.append(sha256(Files.readAllBytes(file))).append("  ").append(name).append('\n');
    }
    return sha256(sums.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JVM has SHA-256", missing);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = NativeLibrary.class.getResourceAsStream(RESOURCES + name)) {
      if (stream == null) {
        throw new IOException("the jar holds no " + RESOURCES + name + "; build it with `make jvm`");
      }
      return stream.readAllBytes();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
