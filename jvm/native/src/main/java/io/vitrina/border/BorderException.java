package io.vitrina.border;

/**
 * What the core answers instead of a result: a code and a text, as in C++.
 *
 * <p>{@code invalid_input}, {@code corrupt_data}, {@code conflict}, {@code exhausted}, {@code not_found} and {@code io} speak of the
 * record or its state; {@code bug} is our own mistake (try once more, then treat it as they are treated); {@code unavailable} is the
 * machine's trouble and says nothing about the record.
 */
public final class BorderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  public BorderException(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }

  public boolean isBug() {
    return code.equals("bug");
  }

  /** Does it speak of the record, so that trying it again would end the same way? */
  public boolean isOfTheRecord() {
    return !code.equals("unavailable");
  }

  @Override
  public String toString() {
    return "BorderException " + code + ": " + getMessage();
  }
}
