#!/bin/sh
# Steps side by side in a workflow of OpenWorkflow, one of which has to wait or fails.
#
# Guess:  in Promise.all each step is executed until it has ended, and its result is kept. If another one sleeps, or fails and is to be tried
#         again, then only that one comes again later: up to ten times, by default.
# Seen:   openworkflow 0.10.1 on PostgreSQL 18.6, one worker, nothing crashes. As soon as one of them sleeps or fails, the whole run is put
#         down, and taken up again after the pause, without waiting for the other: a charge of 3 seconds beside a pause of 1 is executed
#         twice, the second time while the first is under way, and what the first has brought is thrown away. The same goes for a charge
#         beside a mail that fails at first. Alone, beside a step that works, or in front of the pause, it is executed once. So it is with
#         Promise.allSettled; but then the mail is not tried again at all, since the workflow has taken its error.
# Matters: steps side by side are what the documentation advises, with Promise.allSettled for failures. Each retry of the one pays again
#         with the other, or there is no retry. A step needs an idempotency key of its own even if no process ever dies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
options=
. "$here/postgres.inc"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error openworkflow@0.10.1 postgres@3.4.9 \
    > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { OpenWorkflow } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';

const client = new OpenWorkflow({ backend: await BackendPostgres.connect(process.argv[2]) });
const moment = (time) => new Promise((over) => setTimeout(over, time));
const charges = {};

/** A workflow whose work is given a step that charges, and one that sends a mail, and can fail at first. */
function workflow(name, work) {
  let under = 0;
  let mails = 0;
  charges[name] = { begun: 0, atOnce: 0 };
  return client.defineWorkflow({ name }, ({ step }) => work({
    step,
    charge: () => step.run({ name: 'charge' }, async () => {
      charges[name].begun++;
      charges[name].atOnce = Math.max(charges[name].atOnce, ++under);
      await moment(3000);
      under--;
      return 'charged';
    }),
    mail: (failing) => step.run({ name: 'mail' }, async () => {
      mails++;
      if (failing && mails === 1) throw new Error('no mail now');
      return 'sent';
    }),
  }));
}
const workflows = {
  'a charge': ({ charge }) => charge(),
  'a charge, then a pause': async ({ charge, step }) => {
    const result = await charge();
    await step.sleep('pause', '1s');
    return result;
  },
  'a charge beside a mail': ({ charge, mail }) => Promise.all([charge(), mail(false)]),
  'a charge beside a mail that fails at first': ({ charge, mail }) => Promise.all([charge(), mail(true)]),
  'the same with allSettled': ({ charge, mail }) => Promise.allSettled([charge(), mail(true)]).then((ends) => ends.map(({ value }) => value)),
  'a charge beside a pause': ({ charge, step }) => Promise.all([charge(), step.sleep('pause', '1s')]),
};
const defined = Object.entries(workflows).map(([name, work]) => [name, workflow(name, work)]);
const worker = client.newWorker({ concurrency: 10 });
await worker.start();
for (const [name, run] of await Promise.all(defined.map(async ([name, each]) => [name, await each.run({})]))) {
  const result = await run.result();
  console.log(`${name}: ${[result].flat().filter(Boolean).join(', ')}; charge executed ${charges[name].begun}, at once ${charges[name].atOnce}`);
}
process.exit();
J
timeout 50 node --no-warnings probe.mjs "postgresql://postgres@127.0.0.1:$port/postgres" 2>err | tee out || cat err
diff - out <<'T'
a charge: charged; charge executed 1, at once 1
a charge, then a pause: charged; charge executed 1, at once 1
a charge beside a mail: charged, sent; charge executed 1, at once 1
a charge beside a mail that fails at first: charged, sent; charge executed 2, at once 2
the same with allSettled: charged; charge executed 1, at once 1
a charge beside a pause: charged; charge executed 2, at once 2
T
echo "As described."
