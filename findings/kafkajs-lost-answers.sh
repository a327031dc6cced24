#!/bin/sh
# Answers of Kafka that are lost on their way to KafkaJS.
#
# Guess:  when no attempt of a send gets an answer, it is an error, and the message may be in the topic or not. The next message is another
#         one: it is written, or it is an error, too. When the answer to a commit is lost, it is asked again, as for a send; or it is an error,
#         the transaction can be aborted, as the documentation shows, and the next one begins.
# Seen:   kafkajs 2.2.4 with Kafka 4.4.0. A producer with idempotent: true whose connection breaks in front of an answer, and cannot be
#         made until the retries are used up: the message is in the topic, and the producer then gives its number to the next one. Kafka
#         takes that for the first one again and drops it, and send() returns normally. If the next send has two messages it is an
#         error, and then the one behind it is dropped. Without idempotent nothing is lost.
#         commit() makes one attempt. When its answer is lost, the transaction is committed, abort() is refused, and so is each later
#         transaction() of this producer, even after disconnect() and connect().
# Matters: a message is lost, and its sender is told that it was sent; another one is told to have failed, and is there. It is the setting that
#         is turned on so that nothing is lost or doubled. Only the failed message again, with nothing before it, does what it should.
#         And one connection that breaks at the wrong moment stops a transactional producer for good. After an error, make another producer.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > server.xml <<'X'
<project><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>server</artifactId><version>1</version><dependencies><dependency>
<groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.4.0</version></dependency></dependencies></project>
X
"$root/mvnw" -B -q -f server.xml org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies -DoutputDirectory="$work/server"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error kafkajs@2.2.4 > install.log 2>&1 || { cat install.log; exit 1; }
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(port)
between=$(port)
controller=$(port)
cat > server.properties <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$between
log.dirs=$work/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
P
java -cp 'server/*' kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c server.properties > format.log 2>&1 || { cat format.log; exit 1; }
java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp 'server/*' kafka.Kafka server.properties > server.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null; do
  kill -0 $server || { cat server.log; exit 1; }
  sleep 0.3
done
cat > probe.mjs <<'J'
import net from 'node:net';
import { Kafka, logLevel } from 'kafkajs';

const [port, between] = process.argv.slice(2).map(Number);
const requests = { produce: 0, endTransaction: 26 };

// A way to Kafka. When it is told to lose the answer to a request, it breaks in front of that, and can be closed from then on.
let losing;
let open = true;
let stays = true;
const ends = new Set();
net.createServer((client) => {
  if (!open) {
    client.destroy();
    return;
  }
  const kafka = net.connect(port, '127.0.0.1');
  const end = () => { client.destroy(); kafka.destroy(); ends.delete(end); };
  ends.add(end);
  let lost = false;
  client.on('data', (bytes) => {
    lost = bytes.readInt16BE(4) === losing;
    kafka.write(bytes);
  });
  kafka.on('data', (bytes) => {
    if (lost) {
      losing = undefined;
      open = stays;
      for (const each of ends) each();
    } else {
      client.write(bytes);
    }
  });
  for (const side of [client, kafka]) side.on('error', end).on('close', end);
}).listen(between, '127.0.0.1');

const kafka = new Kafka({
  brokers: [`127.0.0.1:${between}`], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 200 },
});
const admin = kafka.admin();
await admin.connect();
const create = (topic) => admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });

/** All payments of a topic, up to one that is written behind them without a transaction. */
async function paid(topic) {
  const last = kafka.producer();
  await last.connect();
  await last.send({ topic, messages: [{ value: 'end' }] });
  await last.disconnect();
  const read = [];
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise((end) => consumer.run({
    eachMessage: async ({ message }) => (message.value.toString() === 'end' ? end() : read.push(message.value.toString())),
  }));
  await consumer.disconnect();
  return read.join(', ');
}

async function sends(idempotent, next) {
  const topic = `${idempotent ? 'idempotent' : 'plain'}-${next.join('-')}`;
  await create(topic);
  const producer = kafka.producer({ idempotent });
  await producer.connect();
  const said = [];
  const send = async (...payments) => {
    const result = await producer.send({ topic, messages: payments.map((value) => ({ value })) }).then(() => 'sent', () => 'an error');
    said.push(`${payments.join(' and ')} ${result}`);
  };
  await send('1');
  losing = requests.produce;
  stays = false;
  await send('2');
  open = stays = true;
  await send(...next);
  await send('5');
  await producer.disconnect();
  console.log(`${idempotent ? 'idempotent' : 'not idempotent'}: ${said.join(', ')}; the topic has ${await paid(topic)}`);
}

async function transactions() {
  const topic = 'transactions';
  await create(topic);
  const producer = kafka.producer({ transactionalId: 'shop', idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const said = [];
  const pay = async (value, request) => {
    const transaction = await producer.transaction().catch(() => {});
    if (!transaction) {
      said.push(`${value} cannot begin`);
      return;
    }
    await transaction.send({ topic, messages: [{ value }] });
    losing = request;
    await transaction.commit()
      .then(() => said.push(`${value} committed`))
      .catch(() => transaction.abort().then(() => said.push(`${value} aborted`), () => said.push(`${value} can be neither committed nor aborted`)));
  };
  await pay('1');
  await pay('2', requests.endTransaction);
  await pay('3');
  await producer.disconnect();
  await producer.connect();
  await pay('4');
  console.log(`transactions: ${said.join(', ')}; the topic has ${await paid(topic)}`);
}
await sends(true, ['2']);
await sends(true, ['3']);
await sends(true, ['3', '4']);
await sends(false, ['3']);
await transactions();
process.exit();
J
timeout 60 node --no-warnings probe.mjs "$port" "$between" 2>err | tee out || cat err
diff - out <<'T'
idempotent: 1 sent, 2 an error, 2 sent, 5 sent; the topic has 1, 2, 5
idempotent: 1 sent, 2 an error, 3 sent, 5 sent; the topic has 1, 2, 5
idempotent: 1 sent, 2 an error, 3 and 4 an error, 5 sent; the topic has 1, 2
not idempotent: 1 sent, 2 an error, 3 sent, 5 sent; the topic has 1, 2, 3, 5
transactions: 1 committed, 2 can be neither committed nor aborted, 3 cannot begin, 4 cannot begin; the topic has 1, 2
T
echo "As described."
