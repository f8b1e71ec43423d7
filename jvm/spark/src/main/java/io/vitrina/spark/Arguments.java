package io.vitrina.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a job was told: {@code --name value}, some names without a value, and {@code --set name=value} any number of times. */
final class Arguments {
  static final long HOUR = 3_600_000;

  private final Map<String, String> said = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();

  /** {@code names} and {@code flags} are alternatives, as in {@code root|shop}. */
  Arguments(String names, String flags, String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].matches("--(" + flags + ")")) {
        said.put(arguments[i].substring(2), "");
      } else if (arguments[i].matches("--(" + names + ")") && i + 1 < arguments.length) {
        take(arguments[i].substring(2), arguments[++i]);
      } else {
        throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
      }
    }
  }

  private void take(String name, String value) {
    if (!name.equals("set")) {
      said.put(name, value);
    } else if (value.matches("[a-z_.]+=[a-z0-9_.+-]+")) {
      settings.put(value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
    } else {
      throw new IllegalArgumentException("--set takes name=value, not " + value);
    }
  }

  private Arguments(Arguments other) {
    said.putAll(other.said);
    settings.putAll(other.settings);
  }

  /** The same, and this. */
  Arguments with(String name, String value) {
    Arguments more = new Arguments(this);
    more.take(name, value);
    return more;
  }

  boolean has(String name) {
    return said.containsKey(name);
  }

  String root() {
    if (!has("root")) {
      throw new IllegalArgumentException("say --root, the folder of the file system where history and models lie");
    }
    return said.get("root");
  }

  String shop() {
    return text("shop", "default", "[a-z0-9-]{1,32}");
  }

  /** What is said goes into JSON and names of folders, so it must look like {@code pattern}. */
  String text(String name, String usual, String pattern) {
    String value = said.getOrDefault(name, usual);
    if (!value.matches(pattern)) {
      throw new IllegalArgumentException("--" + name + " " + value + ": " + pattern + " is taken");
    }
    return value;
  }

  long number(String name, long usual) {
    if (!has(name)) {
      return usual;
    }
    return Long.parseLong(text(name, Long.toString(usual), "[0-9]{1,15}"));
  }

  /** How many of what the job writes stay; 0: all. */
  long keep(long usual) {
    return number("keep", usual);
  }

  /** {@code , "config": "…"}, the text of the file that {@code --config} names; nothing where it is not said. */
  String config() {
    return has("config") ? ", \"config\": " + quoted(said.get("config")) : "";
  }

  /** The text of a file of this machine as JSON. */
  static String quoted(String file) {
    try {
      return text(Files.readString(Path.of(file)));
    } catch (IOException trouble) {
      throw new IllegalArgumentException("--config " + file + " cannot be read: " + trouble, trouble);
    }
  }

  /** As a text of JSON. */
  static String text(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char letter : text.toCharArray()) {
      if (letter == '"' || letter == '\\' || letter < ' ') {
        json.append(String.format("\\u%04x", (int) letter));
      } else {
        json.append(letter);
      }
    }
    return json.append('"').toString();
  }

  /** A JSON object of the settings, all values as text. */
  String settings() {
    StringBuilder named = new StringBuilder();
    settings.forEach((name, value) -> named.append(named.isEmpty() ? "" : ", ").append('"').append(name).append("\": \"").append(value).append('"'));
    return "{" + named + "}";
  }
}
