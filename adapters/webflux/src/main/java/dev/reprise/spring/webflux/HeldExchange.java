package dev.reprise.spring.webflux;

import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.adapter.DefaultServerWebExchange;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;
import reactor.core.publisher.Mono;

/** An exchange whose request has been read and whose response is held, as the application sees it. */
final class HeldExchange extends ServerWebExchangeDecorator {
    private final HeldRequest request;
    private final HeldResponse response;
    /** Reads forms from the body that is held: the outer exchange would read what is read already. */
    private final DefaultServerWebExchange forms;

    HeldExchange(ServerWebExchange exchange, HeldRequest request, HeldResponse response, ServerCodecConfigurer codecs) {
        super(exchange);
        this.request = request;
        this.response = response;
        this.forms = new DefaultServerWebExchange(
                request, response, ignored -> exchange.getSession(), codecs, new AcceptHeaderLocaleContextResolver());
    }

    private HeldExchange(HeldExchange other, HeldResponse response) {
        super(other.getDelegate());
        this.request = other.request;
        this.response = response;
        this.forms = other.forms;
    }

    /** This exchange with a response that is still empty. */
    HeldExchange with(HeldResponse anew) {
        return new HeldExchange(this, anew);
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public HeldResponse getResponse() {
        return response;
    }

    @Override
    public Mono<MultiValueMap<String, String>> getFormData() {
        return forms.getFormData();
    }

    @Override
    public Mono<MultiValueMap<String, Part>> getMultipartData() {
        return forms.getMultipartData();
    }

    @Override
    public Mono<Void> cleanupMultipart() {
        return forms.cleanupMultipart();
    }
}
