package io.vitrina.border;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unpacking, in JVMs of their own, because a library is loaded once a process. */
class LibraryTest {
  @TempDir Path folder;

  /** What such a JVM runs. */
  public static final class Started {
    public static void main(String[] arguments) {
      System.out.println(Integer.toUnsignedString(Border.murmur2(Wire.utf8("default/v1"))));
    }
  }

  private Process started(Path home) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Dvitrina.native.dir=" + home,
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Started.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static void assertWorks(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes()).strip();
    assertEquals(0, process.waitFor(), said);
    assertEquals("1093385401", said);
  }

  private static List<Path> listed(Path home) throws IOException {
    try (Stream<Path> found = Files.list(home)) {
      return found.toList();
    }
  }

  @Test
  void unpacks_once_for_many_that_start_together_into_a_folder_of_its_own() throws Exception {
    Path home = folder.resolve("a").resolve("home");
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(started(home));
    }
    for (Process process : all) {
      assertWorks(process);
    }
    assertEquals(1, listed(home).size(), () -> home + " holds what nobody uses");
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home)));
  }

  @Test
  void does_not_load_what_was_changed_and_does_not_use_a_folder_that_others_may_write() throws Exception {
    Path home = folder.resolve("home");
    assertWorks(started(home));
    Path unpacked = listed(home).get(0);
    Files.write(unpacked.resolve("libxxhash.so.0"), new byte[] {1});
    assertWorks(started(home));
    assertTrue(listed(home).size() > 1);

    Path open = Files.createDirectory(folder.resolve("open"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    assertWorks(started(open));
    assertEquals(0, listed(open).size());
    assertTrue(listed(folder).stream().noneMatch(path -> path.getFileName().toString().startsWith("vitrina-native-")));
  }
}
