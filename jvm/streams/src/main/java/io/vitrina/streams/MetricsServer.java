package io.vitrina.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus, {@code /counts} with what is counted here alone (without Kafka's figures, which cost milliseconds) and
 * {@code /ready} (200 or 503), on the loopback address. Port 0 is a free one.
 */
final class MetricsServer implements AutoCloseable {
  private final HttpServer server;

  MetricsServer(int port, Supplier<String> counts, Supplier<String> kafka, BooleanSupplier ready) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    server.createContext("/metrics", exchange -> answer(exchange, 200, counts.get() + kafka.get()));
    server.createContext("/counts", exchange -> answer(exchange, 200, counts.get()));
    server.createContext(
        "/ready",
        exchange -> {
          boolean yes = ready.getAsBoolean();
          answer(exchange, yes ? 200 : 503, yes ? "ready\n" : "not ready\n");
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
