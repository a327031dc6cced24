package dev.reprise.gateway.command;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.GatewayConfig;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a gateway says when it serves. */
final class Greeting {
    private final PrintWriter out;
    private final Gateway gateway;
    private final GatewayConfig config;

    Greeting(PrintWriter out, Gateway gateway, GatewayConfig config) {
        this.out = out;
        this.gateway = gateway;
        this.config = config;
    }

    /** @param sample where the sample API serves, if the gateway is in front of that */
    void print(@Nullable String sample) {
        String url = (config.tls() == null ? "http://" : "https://") + gateway.address();
        out.println("Reprise gateway " + Version.text());
        out.println("  serves    " + url);
        out.println("  in front of " + (sample == null ? upstreams() : "the sample API at " + sample));
        out.println("  operator  http://" + gateway.admin() + "/health, /ready, /metrics");
        if (gateway.hasConsole()) {
            out.println("  console   http://" + gateway.admin() + "/console/");
        }
        out.println("  records   " + config.store() + (config.encryption() == null ? "" : ", encrypted"));
        if (config.webhook() != null) {
            out.println("  tells     " + config.webhook().receiver().getHost() + " of unknown outcomes");
        }
        if (gateway.mayLoseRecords()) {
            out.println("  guarantee at most once unless a primary of the store is lost; see docs/stores.md");
        }
        if (sample != null) {
            printCommands(url);
        }
        out.flush();
    }

    private void printCommands(String url) {
        List<String> requests =
                SampleRequests.to(url, config.routes().getFirst().route(), config.names());
        out.println();
        if (!requests.isEmpty()) {
            out.println("Run a command twice: the money moves once.");
            requests.forEach(request -> out.println("  " + request));
        }
        out.println("  curl " + url + "/ledger");
    }

    private String upstreams() {
        return String.join(
                ", ",
                config.routes().stream()
                        .map(route -> route.upstream().toString())
                        .distinct()
                        .toList());
    }
}
