package dev.reprise.testkit.broken;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.SettableClock;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The contract of a store with the flaw that the run names; {@link BrokenStoresTest} starts it. */
@ExtendWith(FlawContract.Named.class)
class FlawContract extends StoreContract {
    /** The parameter of a run that says which flaw. */
    static final String FLAW = "reprise.flaw";

    private final SettableClock clock = new SettableClock();
    private final Flaw flaw;

    FlawContract(Flaw flaw) {
        super(Duration.ofSeconds(30));
        this.flaw = flaw;
    }

    @Override
    protected OperationStore openStore() {
        return flaw.store().apply(clock);
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }

    @Override
    protected Duration patience() {
        return Duration.ofMillis(700);
    }

    /** Hands out the flaw. */
    static final class Named implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Flaw.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            String name = context.getConfigurationParameter(FLAW).orElseThrow();
            return BrokenStoresTest.flaws().stream()
                    .filter(flaw -> flaw.what().equals(name))
                    .findFirst()
                    .orElse(BrokenStoresTest.NONE);
        }
    }
}
