package io.vitrina.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * {@code TakeoverCheck cluster.properties FOLDER EVENTS RATE}: three instances with a standby of every state, under load. One is killed
 * with kill -9, it comes back with more threads and a fourth beside it, another one is paused for longer than its session lasts and
 * goes on, a third is stopped. At the end every state must be the embedded engine's. jvm/takeover_long_test.sh runs it.
 */
public final class TakeoverCheck {
  private static final int PARTITIONS = 4;
  private static final int SESSION_MS = 6000;

  private final Path cluster;
  private final Path folder;
  private final FoldLog log;
  private final FoldTopics topics;

  private TakeoverCheck(String[] arguments) throws IOException, InterruptedException {
    cluster = Path.of(arguments[0]);
    folder = Path.of(arguments[1]);
    log = FoldLog.withJumps(Integer.parseInt(arguments[2]), folder.resolve("log"));
    topics = new FoldTopics(cluster, "takeover-" + ProcessHandle.current().pid() + ".", PARTITIONS);
  }

  public static void main(String[] arguments) throws Exception {
    new TakeoverCheck(arguments).run(Double.parseDouble(arguments[3]));
  }

  private void run(double rate) throws Exception {
    topics.create();
    Sender changes = new Sender(topics, topics.names().itemChanges(), log.itemChanges());
    changes.start();
    Waiting.until("changes of items are sent", changes::finished);
    Application one = instance("one", 2);
    Application two = instance("two", 2);
    Application three = instance("three", 1);
    Waiting.until("three instances run", () -> one.runningAfterMs() >= 0 && two.runningAfterMs() >= 0 && three.runningAfterMs() >= 0);
    Portions portions = new Portions(rate, log.events().size() / 4);
    Sender load = new Sender(topics, topics.names().events(), StateCheck.poisoned(log.events()), portions);
    load.start();
    under(load, 8);
    one.kill();
    caughtUp("one of three killed with kill -9");
    Application again = instance("one", 3);
    Application four = instance("four", 2);
    Waiting.until("four instances run", () -> again.runningAfterMs() >= 0 && four.runningAfterMs() >= 0);
    caughtUp("it started again with more threads, and a fourth");
    portions.next();
    under(load, 5);
    two.signal("STOP");
    caughtUp("another paused");
    TimeUnit.MILLISECONDS.sleep(2 * SESSION_MS);
    two.signal("CONT");
    portions.next();
    under(load, 5);
    caughtUp("it goes on, long after its session ended");
    portions.last();
    three.stop();
    caughtUp("a third stopped with SIGTERM");
    System.out.printf("of %d records %d were sent meanwhile%n", log.events().size(), load.sent());
    Waiting.until("all is sent", load::finished);
    Waiting.until("all of the log folded", topics::allCommitted);
    again.stop();
    two.stop();
    four.stop();
    new StateCheck(topics, log).compare();
    topics.close();
  }

  private Application instance(String name, int threads) throws IOException {
    return new Application(
        List.of(cluster, topics.settings(folder, name, log.shops(), "streams.threads=" + threads, "streams.standby.replicas=1", "streams.session.timeout.ms=" + SESSION_MS)));
  }

  /**
   * So many records a second, but no more than a portion of the log until the next one is called for: load is left for every fault,
   * however slow the machine is.
   */
  private static final class Portions implements LongSupplier {
    private final double rate;
    private final long portion;
    private long allowed;
    private double taken;
    private long looked = System.nanoTime();

    Portions(double rate, long portion) {
      this.rate = rate;
      this.portion = portion;
      allowed = portion;
    }

    synchronized void next() {
      allowed += portion;
    }

    synchronized void last() {
      allowed = Long.MAX_VALUE;
    }

    @Override
    public synchronized long getAsLong() {
      long now = System.nanoTime();
      taken = Math.min(allowed, taken + (now - looked) / 1e9 * rate);
      looked = now;
      return (long) taken;
    }
  }

  private static void under(Sender load, int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds);
    Waiting.require(load.isAlive(), "the load has ended too early");
  }

  /** Prints how long it takes until all partitions' events of before are committed. */
  private void caughtUp(String what) throws Exception {
    long start = System.nanoTime();
    var ends = topics.ends(topics.names().events());
    Waiting.until(what + ": events of before are folded", () -> topics.committed(ends));
    System.out.printf(Locale.ROOT, "%s: every partition goes on after %.1f s (session time-out %.1f s)%n", what, (System.nanoTime() - start) / 1e9, SESSION_MS / 1e3);
  }
}
