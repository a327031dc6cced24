package dev.reprise.gateway.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be used, in words: the Java platform often says no more than its name. */
public final class Reason {
    private Reason() {}

    /** The reason, as the end of a sentence. */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException gone -> "it is not there";
            case AccessDeniedException denied -> "this user is not allowed to";
            case CharacterCodingException binary -> "it is not text in UTF-8";
            case FileSystemException other
            when other.getReason() == null ->
                other.getClass().getSimpleName().replace("Exception", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
            case FileSystemException other -> String.valueOf(other.getReason());
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
