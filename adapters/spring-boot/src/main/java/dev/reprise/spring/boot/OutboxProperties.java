package dev.reprise.spring.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The outbox in the application's database.
 *
 * @param enabled Whether there is an outbox, and this application delivers what is in it.
 * @param interval How often to look for work when there was none.
 * @param atOnce How many operations are sent at once.
 * @param lease How long an operation belongs to one node.
 */
@ConfigurationProperties("reprise.outbox")
record OutboxProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("1s") Duration interval,
        @DefaultValue("16") int atOnce,
        @DefaultValue("2m") Duration lease) {}
