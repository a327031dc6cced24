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
public record ConsoleResponse(int status, Headers headers, Body body) {
    /** A plain sentence that nobody keeps, for what a server refuses before the console is asked. */
    public static ConsoleResponse text(int status, String sentence) {
        return Answers.text(status, sentence);
    }

    /** What a form gets that is longer than {@link Console#LONGEST_FORM}. */
    public static ConsoleResponse tooLong() {
        return text(413, "A form of at most " + Console.LONGEST_FORM + " bytes is expected");
    }

    /** What a request gets that is no {@link ConsoleRequest}. */
    public static ConsoleResponse unreadable(Throwable why) {
        return text(400, "That cannot be read: " + why.getMessage());
    }
}
