#!/bin/sh
# A copy of an address, to change one thing in it.
#
# Guess:  RedisURI.builder(address) begins with everything that the address says, as its documentation calls it a builder "using an
#         existing RedisURI"; so withTimeout(...).build() is the same address with another time limit.
# Seen:   Lettuce 7.7.0.RELEASE: host, port, database, TLS and credentials come along. The Sentinels and the name of their primary do
#         not, so there is nothing to connect to, and build() refuses: one of host, socket or Sentinel must be provided.
# Matters: a program that sets its own time limits this way works with a plain server in every test, and fails at the start where Sentinel is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get io/lettuce lettuce-core 7.7.0.RELEASE
get org/reactivestreams reactive-streams 1.0.4
get io/projectreactor reactor-core 3.6.6
for module in common buffer transport handler resolver; do
  get io/netty netty-$module 4.2.17.Final
done
cat > "$work/Copy.java" <<'J'
import io.lettuce.core.RedisURI;
import java.time.Duration;
public class Copy {
    public static void main(String[] arguments) {
        for (String text : new String[] {"rediss://127.0.0.1:6380/3", "redis-sentinel://127.0.0.1:26379,127.0.0.1:26380/3#main"}) {
            RedisURI address = RedisURI.create(text);
            try {
                RedisURI copy = RedisURI.builder(address).withTimeout(Duration.ofSeconds(2)).build();
                System.out.println(text + ": the copy is " + copy.getHost() + ", database " + copy.getDatabase() + ", TLS " + copy.isSsl());
            } catch (IllegalStateException e) {
                System.out.println(text + ", " + address.getSentinels().size() + " Sentinels: " + e.getMessage());
            }
        }
    }
}
J
java -cp "$work/*" "$work/Copy.java" 2> "$work/errors" | tee "$work/out"
grep -qF 'rediss://127.0.0.1:6380/3: the copy is 127.0.0.1, database 3, TLS true' "$work/out"
grep -qF '#main, 2 Sentinels: Cannot build a RedisURI' "$work/out"
