package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What somebody runs first who has unpacked the distribution. */
class SelfTestCommandTest {
    @Test
    void pays_once_and_says_so_S7() {
        Cli.Result result = Cli.run("selftest");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("It works: the payment was sent twice, and the money moved once.");
        assertThat(result.code()).isZero();
    }
}
