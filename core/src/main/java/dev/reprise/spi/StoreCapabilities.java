package dev.reprise.spi;

/**
 * What a store declares about itself; nothing is found out by trying.
 *
 * @param notifying {@link OperationStore#awaitChange} is woken by changes, also those of other processes that can
 *     reach the store, instead of polling
 * @param orderedListing {@link OperationStore#list} walks the records in one stable order, so that a listing can be
 *     continued
 * @param bounded each call returns or throws within a time limit of the store's own, so that the engine needs to add
 *     none (S22)
 */
public record StoreCapabilities(boolean notifying, boolean orderedListing, boolean bounded) {}
