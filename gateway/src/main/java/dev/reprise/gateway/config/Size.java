package dev.reprise.gateway.config;

/** A number of bytes, written as {@link dev.reprise.console.text.Quantity#bytes} reads it. */
public record Size(int bytes) {}
