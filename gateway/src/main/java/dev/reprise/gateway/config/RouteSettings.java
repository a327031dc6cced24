package dev.reprise.gateway.config;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.Scope;
import dev.reprise.console.text.FieldName;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.PathPattern;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * What one source says about a route. Null is what it does not say. The fields are named as in the file. Whoever makes one fills
 * it in; after that it does not change. {@link RouteCompletion} says what becomes of it.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
@JsonDeserialize(builder = RouteSettings.class)
@JsonPOJOBuilder(buildMethodName = "checked")
final class RouteSettings {
    /** Which paths belong to it, as {@link PathPattern} describes. */
    @Nullable
    String path;

    /** How its service reads paths. */
    @Nullable
    PathSettings servicePaths;

    /** What keys are scoped by. Default: the path. */
    @Nullable
    String name;

    /** The service behind it. */
    @Nullable
    Origin upstream;

    /** How long the service may take to answer. */
    @Nullable
    Duration timeout;

    /** The protected methods. */
    @Nullable
    Set<String> methods;

    /** The dialect in which it speaks of keys. */
    @Nullable
    Profile profile;

    /** Where keys are. */
    @Nullable
    List<KeyLocation> keySources;

    /** Whether requests without a key are refused. */
    @Nullable
    Boolean requireKey;

    /** What keys are scoped by. */
    @Nullable
    List<ScopePart> scope;

    /** How keys are made for requests that have none. */
    @Nullable
    DerivedKeySettings derivedKeys;

    /** The path at which the gateway issues the keys of the route. */
    @Nullable
    String issueKeysAt;

    /** What counts when requests are compared. */
    @Nullable
    FingerprintSettings fingerprint;

    /** What counted before a change. */
    @Nullable
    List<FingerprintSettings> formerFingerprints;

    /** How long a duplicate waits for the first request. */
    @Nullable
    Duration maxWait;

    /** How long a finished record is kept. */
    @Nullable
    Duration retention;

    /** How long a crashed gateway blocks a retry. */
    @Nullable
    Duration lease;

    /** How long the lease of one request is renewed. */
    @Nullable
    Duration maxRunTime;

    /** What happens when nobody can tell the outcome. */
    @Nullable
    Uncertain uncertain;

    /** How the service is asked what became of an operation whose outcome is unknown. */
    @Nullable
    ReconcileSettings reconcile;

    /** What retries of finished operations get. */
    @Nullable
    Duplicates duplicates;

    /** What happens while the store does not answer. */
    @Nullable
    StoreFailure storeFailure;

    /** What answers say about the effect. */
    @Nullable
    EffectSettings effects;

    /** Where the bodies of replays come from. */
    @Nullable
    ReplayBody replayBody;

    /** The longest request body. */
    @Nullable
    Size maxRequestBody;

    /** The longest response body that is recorded. */
    @Nullable
    Size maxResponseBody;

    /** Response fields that are never recorded. */
    @Nullable
    Set<String> unrecordedFields;

    /** Members of JSON answers that are never recorded. */
    @Nullable
    Set<String> unrecordedMembers;

    /** Nothing said but the path. */
    static RouteSettings ofPath(String path) {
        RouteSettings route = new RouteSettings();
        route.path = path;
        return route.checked();
    }

    /**
     * Checks them as soon as they are filled in. The mapper calls it too: then the line of a mistake is known.
     *
     * @throws IllegalArgumentException if something cannot be right, whatever the rest says
     */
    RouteSettings checked() {
        if (path != null) {
            new PathPattern(path);
        }
        if (name != null) {
            new Scope("", name);
        }
        if (methods != null) {
            methods.forEach(RouteSettings::requireMethod);
        }
        if (scope != null && scope.stream().noneMatch(part -> part.part() == null)) {
            throw new IllegalArgumentException(
                    "scope is without principal, so that one caller could get another one's answer; add it");
        }
        if (unrecordedFields != null) {
            unrecordedFields.forEach(FieldName::check);
        }
        if (unrecordedMembers != null) {
            Route.of("/**").withUnrecordedMembers(unrecordedMembers);
        }
        requirePositive("timeout", timeout);
        requirePositive("retention", retention);
        requirePositive("lease", lease);
        requirePositive("max-run-time", maxRunTime);
        requireAtMostADay("timeout", timeout);
        requireAtMostADay("max-wait", maxWait);
        return this;
    }

    private static void requireMethod(String written) {
        if (!FieldName.isToken(written)) {
            throw new IllegalArgumentException('"' + written + "\" is not a method");
        }
    }

    static void requirePositive(String setting, @Nullable Duration value) {
        if (value != null && (value.isZero() || value.isNegative())) {
            throw new IllegalArgumentException(setting + " has to be longer than 0");
        }
    }

    /** Requests and connections live that long, and timers count in milliseconds. */
    static void requireAtMostADay(String setting, @Nullable Duration value) {
        if (value != null && value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(setting + " is at most 24h");
        }
    }

    /** Whether something is said that cannot hold for several routes. */
    boolean belongsToOneRoute() {
        return path != null || name != null || issueKeysAt != null || reconcile != null;
    }
}
