package dev.reprise.spi;

/**
 * What a store declares about itself; nothing is found out by trying.
 *
 * @param notifying {@link OperationStore#awaitChange} is woken by changes, also those of other processes that can
 *     reach the store, instead of polling
 * @param orderedListing {@link OperationStore#list} walks the records in one stable order, so that a listing can be
 *     continued
 */
public record StoreCapabilities(boolean notifying, boolean orderedListing) {}
