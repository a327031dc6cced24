package dev.reprise.servlet;

import org.jspecify.annotations.Nullable;

/** A call of {@code sendError}. */
record SentError(int status, @Nullable String message) {}
