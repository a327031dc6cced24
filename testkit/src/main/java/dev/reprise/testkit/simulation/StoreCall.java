package dev.reprise.testkit.simulation;

/** The calls of a store by which records change. */
enum StoreCall {
    ACQUIRE,
    RENEW,
    COMPLETE,
    RELEASE,
    PARK,
    PARK_ABANDONED,
    START_RECONCILING
}
