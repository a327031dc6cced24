package dev.reprise.examples.payments;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Payments: transfers between accounts, charges of cards through a provider, DNS records, and notices to another service. */
@SpringBootApplication
public class PaymentsApplication {
    /** Runs it until it is stopped. */
    public static void main(String... arguments) {
        SpringApplication.run(PaymentsApplication.class, arguments);
    }
}
