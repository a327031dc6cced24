#!/bin/sh
# A claim by SET ... NX whose reply is lost, in clients of Redis.
#
# Guess:  a command whose reply is lost with its connection is an error, as in JDBC: the caller knows that it does not know.
# Seen:   the table below: what each client says of SET lock me NX and of INCR, when Redis has done them, and the connection breaks in
#         front of the reply. ioredis 6.0.0 and Lettuce 7.7.0 connect again, send the command again and return the second reply. So
#         INCR counts 2, and the claim is "null": somebody else has it. The lock is the caller's own. node-redis 6.3.1 and Jedis 8.0.2
#         report an error. In ioredis it is autoResendUnfulfilledCommands, which is true by default.
# Matters: a lock, or the record of a request, that is made so belongs to nobody until it expires: its owner goes away believing that
#         another is at work. Only a value of one's own, read again, tells.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/redis.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get io/lettuce lettuce-core 7.7.0.RELEASE
get org/reactivestreams reactive-streams 1.0.4
get io/projectreactor reactor-core 3.6.6
for module in common buffer transport handler resolver resolver-dns codec-base codec-dns transport-native-unix-common; do
  get io/netty netty-$module 4.2.17.Final
done
get redis/clients jedis 8.0.2
get org/apache/commons commons-pool2 2.12.1
get com/google/code/gson gson 2.14.0
get org/json json 20250517
get org/slf4j slf4j-api 2.0.17
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error ioredis@6.0.0 redis@6.3.1 > install.log 2>&1 || { cat install.log; exit 1; }
cat > clients.mjs <<'J'
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const port = Number(process.argv[2]);
const said = (reply) => reply.catch(() => 'error');

const io = new Redis(port, '127.0.0.1').on('error', () => {});
console.log(`ioredis | ${await said(io.set('lock-io', 'me', 'NX'))} | ${await said(io.incr('n-io'))} | ${await io.get('n-io')}`);
const node = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {});
await node.connect();
console.log(`node-redis | ${await said(node.set('lock-node', 'me', { condition: 'NX' }))} | ${await said(node.incr('n-node'))} | `
  + await node.get('n-node'));
process.exit();
J
cat > Clients.java <<'J'
import io.lettuce.core.*;
import redis.clients.jedis.*;
import redis.clients.jedis.params.SetParams;
import java.util.function.Supplier;

public class Clients {
    public static void main(String[] port) {
        String url = "redis://127.0.0.1:" + port[0];
        var lettuce = io.lettuce.core.RedisClient.create(url).connect().sync();
        System.out.println("Lettuce | " + said(() -> lettuce.set("lock-lettuce", "me", SetArgs.Builder.nx())) + " | "
                + said(() -> lettuce.incr("n-lettuce")) + " | " + lettuce.get("n-lettuce"));
        var jedis = redis.clients.jedis.RedisClient.create(url);
        System.out.println("Jedis | " + said(() -> jedis.set("lock-jedis", "me", SetParams.setParams().nx())) + " | "
                + said(() -> jedis.incr("n-jedis")) + " | " + jedis.get("n-jedis"));
        System.exit(0);
    }

    private static String said(Supplier<Object> command) {
        try {
            return String.valueOf(command.get());
        } catch (RuntimeException e) {
            return "error";
        }
    }
}
J
lose_replies
{
  echo 'client | SET lock me NX | INCR | the counter then'
  node --no-warnings clients.mjs "$between" 2>err || cat err
  java -cp "$work/*" Clients.java "$between" 2>err || cat err
} | tee out
diff - out <<'T'
client | SET lock me NX | INCR | the counter then
ioredis | null | 2 | 2
node-redis | error | error | 1
Lettuce | null | 2 | 2
Jedis | error | error | 1
T
echo "As described."
