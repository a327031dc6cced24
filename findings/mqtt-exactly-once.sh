#!/bin/sh
# A message of quality 2, "exactly once", whose connection breaks on the way, with the client of MQTT.js.
#
# Guess:  the client goes on with the handshake when it is connected again, and the message is delivered once; if it cannot go on, since the
#         session is gone, publish() is an error.
# Seen:   mqtt 5.16.0 with aedes 1.2.0, and nothing set: each connection tells the broker to forget the session before (clean), and the
#         client sends what it has kept of it all the same. If the broker's first confirmation is lost, the broker takes the message for
#         another one, and readers have it twice; publish() has worked. With clean: false they have it once, wherever it breaks.
# Matters: a payment order is sent with quality 2 just because it must not come twice. It holds as long as no connection breaks, and
#         nobody is told. It needs clean: false and a clientId that stays.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error mqtt@5.16.0 aedes@1.2.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

const listen = (server) => new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server.address().port)));
const packets = { PUBLISH: 3, PUBREC: 5, PUBREL: 6, PUBCOMP: 7 };

async function told(lost, options) {
  const broker = await Aedes.createBroker();
  const port = await listen(net.createServer(broker.handle));
  // Breaks the connection in the place of the first packet of that kind, in either direction.
  let broken = false;
  const between = await listen(net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    const end = () => { client.destroy(); server.destroy(); };
    for (const [from, to] of [[client, server], [server, client]]) {
      from.on('error', end).on('close', end).on('data', (bytes) => {
        if (broken || bytes[0] >> 4 !== packets[lost]) {
          to.write(bytes);
        } else {
          broken = true;
          end();
        }
      });
    }
  }));
  let received = 0;
  const reader = await mqtt.connectAsync({ host: '127.0.0.1', port });
  reader.on('message', () => received++);
  await reader.subscribeAsync('payments', { qos: 2 });
  const writer = mqtt.connect({ host: '127.0.0.1', port: between, reconnectPeriod: 100, ...options });
  const outcome = await writer.publishAsync('payments', 'order 7', { qos: 2 }).then(() => 'has worked', () => 'is an error');
  await new Promise((over) => setTimeout(over, 500));
  console.log(`${options ? 'clean: false' : 'nothing set'}, ${lost} lost: publish() ${outcome}, received ${received}`);
  await writer.endAsync(true);
  await reader.endAsync(true);
}
for (const options of [undefined, { clean: false, clientId: 'shop' }]) {
  for (const lost of Object.keys(packets)) await told(lost, options);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
nothing set, PUBLISH lost: publish() has worked, received 1
nothing set, PUBREC lost: publish() has worked, received 2
nothing set, PUBREL lost: publish() has worked, received 1
nothing set, PUBCOMP lost: publish() has worked, received 1
clean: false, PUBLISH lost: publish() has worked, received 1
clean: false, PUBREC lost: publish() has worked, received 1
clean: false, PUBREL lost: publish() has worked, received 1
clean: false, PUBCOMP lost: publish() has worked, received 1
T
echo "As described."
