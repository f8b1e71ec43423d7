package io.vitrina.border;

/** What became of an event in the visitor step; the order is that of {@code state::Verdict} in core/state/records.hpp. */
public enum Verdict {
  FOLDED,
  DUPLICATE,
  LATE,
  SILENT,
  UNCHANGED
}
