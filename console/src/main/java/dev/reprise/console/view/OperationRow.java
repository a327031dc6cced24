package dev.reprise.console.view;

/**
 * An operation in a table.
 *
 * @param ref which one, and in which state of ownership
 * @param href where it is shown
 * @param state its state
 * @param key the whole key
 * @param route the route's name
 * @param principal whose it is
 * @param created when it was first claimed
 * @param age how long ago that is
 * @param attempt how many owners it has had
 * @param detail what else there is to say
 * @param open whether it waits, or nobody goes on with it, so that something can be done to it with others
 */
public record OperationRow(
        String ref,
        String href,
        String state,
        String key,
        String route,
        String principal,
        String created,
        String age,
        String attempt,
        String detail,
        boolean open) {}
