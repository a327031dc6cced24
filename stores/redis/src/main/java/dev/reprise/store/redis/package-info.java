/**
 * Records in Redis or Valkey, on one server, under Sentinel or in a cluster: {@link dev.reprise.store.redis.RedisStore}. Needs
 * Lettuce.
 */
@NullMarked
package dev.reprise.store.redis;

import org.jspecify.annotations.NullMarked;
