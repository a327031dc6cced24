package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.OperationId;
import dev.reprise.Reconciler;
import dev.reprise.Scope;
import dev.reprise.spi.OperationStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Reconcilers of endpoints in a reactive application (S33). */
class ReactiveReconcilingTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({ReconcilingTest.Reconcilers.class, ReconcilingTest.Charges.class})
    static class Reactive {}

    @Test
    void they_are_asked_by_themselves_and_when_an_operator_wants_to_know() throws Exception {
        try (BootedReactive reactive = BootedReactive.start(Reactive.class)) {
            OperationStore store = reactive.bean(OperationStore.class);
            reactive.bean(ReconcilingTest.Bank.class).payments.put("itself", ReconcilingTest.Payment.BOOKED);
            OperationId now = ReconcilingTest.unknown(store, new Scope("anonymous", "/charges"), "now");
            reactive.bean(ReconcilingTest.Bank.class).payments.put("now", ReconcilingTest.Payment.BOOKED);

            assertThat(reactive.post("/charges", "itself", "tea").statusCode()).isEqualTo(500);
            await().atMost(ReconcilingTest.LIMIT)
                    .untilAsserted(() -> assertThat(
                                    reactive.post("/charges", "itself", "tea").body())
                            .isEqualTo("charged"));
            KnownReconcilers known = reactive.bean(KnownReconcilers.class);
            assertThat(known.covers(now)).isTrue();
            assertThat(known.reconcile(now, store.find(now).orElseThrow().token()))
                    .isInstanceOf(Reconciler.Attempt.Found.class);
        }
    }
}
