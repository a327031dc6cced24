package dev.reprise.console.view;

/**
 * Operations with steps of one type that could be gone on with.
 *
 * @param name the name of the type
 * @param version which version of its code they need; empty if it is paused, and none waits
 * @param backlog how many, in words
 * @param oldest for how long the oldest could have been; empty if none waits
 * @param atWork how many others somebody is at work on, in words
 * @param note what that means; empty if there is nothing to say
 * @param alarming whether somebody has to do something
 * @param paused whether the type is paused
 * @param href where its operations are listed
 * @param change where it is paused, or goes on
 */
public record TypeRow(
        String name,
        String version,
        String backlog,
        String oldest,
        String atWork,
        String note,
        boolean alarming,
        boolean paused,
        String href,
        String change) {}
