package io.vitrina.streams;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The application as a process of its own, which can be killed. */
final class Application {
  private static final HttpClient ASKING = HttpClient.newHttpClient();

  private final Process process;
  private final Thread reader;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private volatile String metrics = "";
  private volatile long runningAfterMs = -1;

  Application(List<Path> settings) throws IOException {
    this(Main.class, settings);
  }

  /** {@code vitrina.streams.java} holds more options of its JVM, separated by blanks. */
  Application(Class<?> main, List<Path> settings) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(System.getProperty("vitrina.streams.java", "-Xmx384m -XX:+UseSerialGC").split(" +")));
    command.addAll(List.of("-cp", System.getProperty("vitrina.streams.lib") + File.separator + "*" + File.pathSeparator + System.getProperty("java.class.path"), main.getName()));
    settings.forEach(file -> command.add(file.toString()));
    long start = System.nanoTime();
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly)); // whatever becomes of the check
    reader = new Thread(() -> read(start));
    reader.setDaemon(true);
    reader.start();
  }

  private void read(long start) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("metrics ")) {
          metrics = line.substring(8).replace("/metrics", "/counts");
        } else if (line.equals("streams RUNNING") && runningAfterMs < 0) {
          runningAfterMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        }
        said.add(line);
      }
    } catch (IOException ended) {
      said.add("its output ended: " + ended.getMessage()); // as it does where it is killed
    }
  }

  /** Milliseconds from its start until it first ran, or −1. */
  long runningAfterMs() {
    return runningAfterMs;
  }

  /** Sum of a figure over its labels; 0 while there is none. */
  double figure(String name) {
    if (metrics.isEmpty()) {
      return 0;
    }
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(metrics)).build();
      return ASKING.send(request, HttpResponse.BodyHandlers.ofString()).body().lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException notYet) {
      return 0;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** The last lines that it wrote. */
  String said() {
    synchronized (said) {
      return String.join("\n", said.subList(Math.max(0, said.size() - 30), said.size()));
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long id() {
    return process.pid();
  }

  double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  /** STOP pauses it, CONT lets it go on. */
  void signal(String signal) throws IOException, InterruptedException {
    if (new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start().waitFor() != 0) {
      throw new IOException("kill -" + signal + " failed");
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly(); // SIGKILL
    process.waitFor();
    reader.join();
  }

  void stop() throws InterruptedException {
    process.destroy(); // SIGTERM
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the application did not stop within 40 seconds of SIGTERM");
    }
    reader.join();
  }
}
