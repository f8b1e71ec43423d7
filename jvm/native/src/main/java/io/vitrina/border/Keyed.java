package io.vitrina.border;

/** A record for another topic. The arrays belong to whoever reads them. */
public record Keyed(byte[] key, byte[] value) {}
