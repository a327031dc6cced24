package dev.reprise.gateway.store;

import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.DatabaseUrl;
import dev.reprise.spi.StoreException;
import dev.reprise.store.redis.RedisStore;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.util.List;

/** Opens a store in Redis: on one server, on the primary that Sentinels name, or in a cluster. */
final class RedisOpener {
    private static final String CLUSTER = "-cluster";

    private RedisOpener() {}

    static OpenStore open(DatabaseSettings settings) {
        DatabaseUrl url = DatabaseUrl.of(settings.url());
        RedisStore.Builder builder = url.scheme().endsWith(CLUSTER)
                ? RedisStore.onCluster(seeds(url, settings))
                : RedisStore.at(equipped(url.withoutParameters("prefix", "replicas"), settings));
        url.parameter("prefix").ifPresent(builder::prefix);
        url.parameter("replicas").map(Integer::valueOf).ifPresent(builder::replicas);
        RedisStore store = opened(builder, settings);
        return OpenStore.of(store, null, () -> null, store::close);
    }

    private static RedisStore opened(RedisStore.Builder builder, DatabaseSettings settings) {
        try {
            return builder.open();
        } catch (StoreException e) {
            throw new StoreException("The database at " + settings + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The servers of a cluster that are named, each as if it were alone. */
    private static RedisURI[] seeds(DatabaseUrl url, DatabaseSettings settings) {
        String scheme = url.scheme().substring(0, url.scheme().length() - CLUSTER.length());
        List<RedisURI> seeds = url.hosts().stream()
                .map(host -> equipped(scheme + "://" + url.userInfo() + host, settings))
                .toList();
        return seeds.toArray(RedisURI[]::new);
    }

    private static RedisURI equipped(String url, DatabaseSettings settings) {
        RedisURI address = RedisURI.create(url);
        String password = settings.password();
        if (password != null) {
            String user = settings.user() == null ? "default" : settings.user();
            address.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> io.lettuce.core.RedisCredentials.just(user, password)));
        }
        return address;
    }
}
