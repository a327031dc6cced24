package dev.reprise.console;

import dev.reprise.Body;
import dev.reprise.Headers;

/**
 * What the console answers, to be sent as it is.
 *
 * @param status the status
 * @param headers all fields but the length
 * @param body the content
 */
public record ConsoleResponse(int status, Headers headers, Body body) {}
