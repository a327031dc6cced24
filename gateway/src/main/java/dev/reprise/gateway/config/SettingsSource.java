package dev.reprise.gateway.config;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * What one source says about the gateway: a file, or the options. Null is what it does not say. The fields are named as in the
 * file. Whoever makes one fills it in; after that it does not change.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
@JsonDeserialize(builder = SettingsSource.class)
@JsonPOJOBuilder(buildMethodName = "checked")
final class SettingsSource {
    /** Where callers connect. */
    @Nullable
    Address listen;

    /** What makes the gateway speak TLS. */
    @Nullable
    ServerTls tls;

    /** Where the operator connects. */
    @Nullable
    Address admin;

    /** The folder of the records. */
    @Nullable
    Path store;

    /** The database of the records, instead of a folder. */
    @Nullable
    DatabaseSettings database;

    /** The folder or the database that the records still move in from. */
    @Nullable
    String moveFrom;

    /** How what records keep is encrypted. */
    @Nullable
    EncryptionSettings encryption;

    /** The service behind everything that has no route with another one. */
    @Nullable
    Origin upstream;

    /** How services that speak TLS are recognised. */
    @Nullable
    UpstreamTls upstreamTls;

    /** Who counts as the same caller. */
    @Nullable
    PrincipalSource principal;

    /** Who is asked before a protected request goes on. */
    @Nullable
    Authorization authorization;

    /** What browsers may do. */
    @Nullable
    CorsSettings cors;

    /** The names of header fields. */
    @Nullable
    NameSettings names;

    /** What issued keys are made with. */
    @Nullable
    IssuedKeySettings issuedKeys;

    /** Whether a proxy in front is believed about the caller's address. */
    @Nullable
    Boolean trustForwarded;

    /** What callers have to keep to. */
    @Nullable
    LimitSettings limits;

    /** Who may use the console. */
    @Nullable
    ConsoleSection console;

    /** Who is told of operations whose outcome is unknown. */
    @Nullable
    WebhookSection webhook;

    /** How long running requests get when the gateway stops. */
    @Nullable
    Duration drain;

    /** What holds for each route that does not say otherwise. */
    @Nullable
    RouteSettings defaults;

    /** The routes; the first whose path matches applies. */
    @Nullable
    List<RouteSettings> routes;

    /**
     * Checks them as soon as they are filled in. The mapper calls it too: then the line of a mistake is known.
     *
     * @throws IllegalArgumentException if something cannot be right, whatever the rest says
     */
    SettingsSource checked() {
        RouteSettings.requireAtMostADay("drain", drain);
        if (store != null && database != null) {
            throw new IllegalArgumentException("records are in store or in database; name one of them");
        }
        if (moveFrom != null) {
            StoreLocation.parse(moveFrom);
        }
        if (defaults != null && defaults.belongsToOneRoute()) {
            throw new IllegalArgumentException(
                    "defaults has a path, a name, issue-keys-at or reconcile, which belong to one route each");
        }
        if (routes != null && routes.isEmpty()) {
            throw new IllegalArgumentException(
                    "routes is empty, which protects nothing; leave it out to protect every path");
        }
        return this;
    }

    /** Where the records are; null if this does not say so. */
    @Nullable
    StoreLocation location() {
        if (database != null) {
            return new StoreLocation.Database(database);
        }
        return store == null ? null : new StoreLocation.Folder(store);
    }

    /** Whether anything is said about what is behind the gateway. */
    boolean namesUpstreamOrRoutes() {
        return upstream != null || routes != null || (defaults != null && defaults.upstream != null);
    }
}
