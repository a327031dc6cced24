package dev.reprise.spring.boot;

import dev.reprise.console.LateConsole;
import dev.reprise.console.access.ConsoleUser;
import java.util.function.Function;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Leads requests to the console of a reactive application: behind all filters, Spring Security's among them, and in front of whatever the
 * application maps. So it stands where a servlet would. Thread-safe.
 */
final class ConsoleMapping implements HandlerMapping, Ordered, AutoCloseable {
    /** Its name among the beans. */
    static final String BEAN = "repriseConsole";

    private final LateConsole console;
    private final ConsoleHandler handler;

    /** @param users whom the application has authenticated, if they may use the console */
    ConsoleMapping(LateConsole console, Function<ServerWebExchange, Mono<ConsoleUser>> users) {
        this.console = console;
        this.handler = new ConsoleHandler(console, users);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** Nothing is decoded: another spelling of the place is no place of the console, whatever a filter has understood. */
    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        return console.settings().below(path) == null ? Mono.empty() : Mono.just(handler);
    }

    @Override
    public void close() {
        handler.close();
    }
}
