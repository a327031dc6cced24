package dev.reprise.console.access;

/** What somebody may do in the console. */
public enum Role {
    /** Sees everything. */
    VIEWER,
    /** Sees everything, and changes it. */
    OPERATOR
}
