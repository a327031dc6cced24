package dev.reprise.console.charts;

/** What an interval has counted, as it is kept; times are in microseconds, and 0 where nothing was executed. */
record Figures(int executed, int replayed, int refused, int released, int unknown, int median, int slow) {
    static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0);
}
