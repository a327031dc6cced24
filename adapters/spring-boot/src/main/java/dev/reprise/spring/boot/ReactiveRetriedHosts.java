package dev.reprise.spring.boot;

import dev.reprise.client.spring.RetryFilter;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/** Retries requests of {@code WebClient} to hosts whose services know keys. Thread-safe. */
record ReactiveRetriedHosts(RetryFilter retries, KnownHosts hosts) implements ExchangeFilterFunction {
    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return hosts.areAskedBy(request.url()) ? retries.filter(request, next) : next.exchange(request);
    }
}
