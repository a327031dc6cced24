package dev.reprise.console.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.reprise.console.access.PendingSignIn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Publishes what a provider publishes, and gives out whatever token a test makes. */
final class ForgingProvider implements AutoCloseable {
    static final String CONFIGURATION = "/.well-known/openid-configuration";
    static final String KEYS = "/keys";
    static final String TOKEN = "/token";
    static final String CLIENT = "console";

    private static final RSAKey FIRST = key("first");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
    private final Map<String, Text> texts = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private volatile RSAKey key = FIRST;
    private volatile String token = "";

    private ForgingProvider(HttpServer server) {
        this.server = server;
    }

    static ForgingProvider start() throws IOException {
        return start(0);
    }

    static ForgingProvider start(int port) throws IOException {
        ForgingProvider started = new ForgingProvider(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
        started.server.setExecutor(started.threads);
        started.publish(CONFIGURATION, started::configuration);
        started.publish(KEYS, () -> new JWKSet(started.key.toPublicJWK()).toString());
        started.publish(TOKEN, () -> """
                {"access_token": "at", "token_type": "Bearer", "id_token": "%s"}
                """.formatted(started.token));
        started.server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            started.asked.merge(path, 1, Integer::sum);
            started.handlers.getOrDefault(path, text(404, () -> "{}")).handle(exchange);
        });
        started.server.start();
        return started;
    }

    private interface Text {
        String now();
    }

    private void publish(String path, Text text) {
        texts.put(path, text);
        answer(path, text(200, text));
    }

    /** Answers as it should, and goes on with so many blanks, which change nothing. */
    void pad(String path, int blanks) {
        Text text = Objects.requireNonNull(texts.get(path));
        answer(path, text(200, () -> text.now() + " ".repeat(blanks)));
    }

    /** Says what it should, with another status, and that all of it is elsewhere. */
    void misdirect(String path, int status) {
        Text text = Objects.requireNonNull(texts.get(path));
        answer(path, exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            text(status, text).handle(exchange);
        });
        publish("/elsewhere", text);
    }

    private static HttpHandler text(int status, Text text) {
        return exchange -> {
            byte[] bytes = text.now().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    /** What it says about itself. */
    String configuration() {
        return """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"]}
                """.formatted(issuer());
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI issuer() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Answers so at this path from now on. */
    void answer(String path, int status, String body) {
        handlers.put(path, text(status, () -> body));
    }

    void answer(String path, HttpHandler handler) {
        handlers.put(path, handler);
    }

    /** How often it was asked at this path. */
    int asked(String path) {
        return asked.getOrDefault(path, 0);
    }

    /** What it gives out for any code. */
    void giveOut(String serialised) {
        token = serialised;
    }

    RSAKey key() {
        return key;
    }

    /** Signs with another key from now on, and publishes no other. */
    void rotate(RSAKey next) {
        key = next;
    }

    static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The claims of an ID token as it should be. */
    JWTClaimsSet.Builder claims(PendingSignIn begun) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer().toString())
                .subject("4711")
                .audience(CLIENT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", begun.nonce())
                .claim("groups", List.of("oncall"));
    }

    static String signed(RSAKey key, JWTClaimsSet claims) {
        return signed(key, claims, null);
    }

    /** Signed with this key; says the key itself in its header if there is one to say. */
    static String signed(RSAKey key, JWTClaimsSet claims, @Nullable JWK inHeader) {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID());
        SignedJWT token = new SignedJWT(
                inHeader == null ? header.build() : header.jwk(inHeader).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
