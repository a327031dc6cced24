package dev.reprise.benchmarks;

/** How many times a client had to wait for an answer: a request that follows an answer begins a round trip, in however many pieces. */
final class RoundTrips implements CountingProxy.Counter {
    private boolean answered = true;

    @Override
    public int in(byte[] bytes, int length, boolean fromClient) {
        int begun = fromClient && answered ? 1 : 0;
        answered = !fromClient;
        return begun;
    }
}
