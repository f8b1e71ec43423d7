package io.vitrina.history;

import java.time.LocalDate;
import java.util.Comparator;

/** A day (UTC, since 1970) of a shop; as text {@code default 2026-01-05}. */
record Day(String shop, int number) implements Comparable<Day> {
  static Day parse(String text) {
    int space = text.indexOf(' ');
    return new Day(text.substring(0, space), (int) LocalDate.parse(text.substring(space + 1)).toEpochDay());
  }

  String date() {
    return LocalDate.ofEpochDay(number).toString();
  }

  String folder() {
    return "shop=" + shop + "/day=" + date();
  }

  @Override
  public String toString() {
    return shop + " " + date();
  }

  @Override
  public int compareTo(Day other) {
    return Comparator.comparing(Day::shop).thenComparing(Day::number).compare(this, other);
  }
}
