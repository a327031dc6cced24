/** Tests of the Redis store on real servers. */
@NullMarked
package dev.reprise.store.redis;

import org.jspecify.annotations.NullMarked;
