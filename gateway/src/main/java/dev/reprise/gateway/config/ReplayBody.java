package dev.reprise.gateway.config;

/** Where the body of a replay comes from. */
public enum ReplayBody {
    /** From the record, byte for byte. The default. */
    RECORDED,
    /** From nowhere: the record has status and fields only, and the replay says so (S21). */
    LEFT_OUT,
    /** From a GET of the place that the recorded answer names in {@code Location}, with the credentials of who asks. */
    LOCATION
}
