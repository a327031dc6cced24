#!/bin/sh
# Adding a job under an id that is used, in BullMQ.
#
# Guess:  add() with a jobId that is there does not add a second job, and shows it: it throws, or returns the job that is there, with
#         the data that will be worked on.
# Seen:   bullmq 6.7.0 returns a job with the id and the new data, as if it had been added. Redis keeps the first data, and those are
#         worked on. It is the same for as long as the job is kept, by default for ever: when it is done, and when it has failed and
#         no attempt is left; nothing is executed any more. Only who listens to the queue hears of it, by the event "duplicated".
# Matters: a service that takes its caller's idempotency key for the jobId says "accepted" to another payment under the same key, and to
#         the retry of one that has failed. It has to compare the data of getJob(id), and its state.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/redis.inc"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error bullmq@6.7.0 ioredis@6.0.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { Queue, QueueEvents, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]) };
const payments = new Queue('payments', { connection });
const events = new QueueEvents('payments', { connection });
await events.waitUntilReady();
const executed = [];
const pay = async ({ data }) => {
  executed.push(data.amount);
  if (data.amount < 0) throw new Error('refused');
  return 'paid';
};

async function add(when, jobId, amount) {
  const job = await payments.add('pay', { amount }, { jobId });
  const kept = await payments.getJob(jobId);
  console.log(`${jobId}, ${when}: add() returns amount ${job.data.amount}; Redis has ${kept.data.amount}, ${await kept.getState()}`);
  return job;
}
const ended = (job) => job.waitUntilFinished(events).catch((expected) => expected);

const first = await add('new', 'order-7', 100);
await add('waiting', 'order-7', 200);
const worker = new Worker('payments', pay, { connection });
await ended(first);
await add('done', 'order-7', 300);
await ended(await payments.add('pay', { amount: -1 }, { jobId: 'order-8' }));
await add('failed', 'order-8', 400);
await ended(await payments.add('pay', { amount: 500 }, { jobId: 'last' }));
console.log(`executed: ${executed}`);
process.exit();
J
node --no-warnings probe.mjs "$port" 2>err | tee out || cat err
diff - out <<'T'
order-7, new: add() returns amount 100; Redis has 100, waiting
order-7, waiting: add() returns amount 200; Redis has 100, waiting
order-7, done: add() returns amount 300; Redis has 100, completed
order-8, failed: add() returns amount 400; Redis has -1, failed
executed: 100,-1,500
T
echo "As described."
