package dev.reprise.testkit.simulation;

/** What threads belong to: it can stand still, as in a long pause of its machine, and it can die. */
final class SimulatedProcess {
    private final String name;
    private int pauses;
    private boolean dead;
    private boolean clockJumped;

    SimulatedProcess(String name) {
        this.name = name;
    }

    boolean isRunning() {
        return !dead && pauses == 0;
    }

    boolean isDead() {
        return dead;
    }

    void pause() {
        pauses++;
    }

    void goOn() {
        pauses--;
    }

    void die() {
        dead = true;
    }

    /** Its clock has jumped. */
    void distrustClock() {
        clockJumped = true;
    }

    /** Whether its clock has ever jumped. */
    boolean clockJumped() {
        return clockJumped;
    }

    @Override
    public String toString() {
        return name;
    }
}
