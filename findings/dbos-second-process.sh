#!/bin/sh
# A second process of an application on DBOS, started while the first one works.
#
# Guess:  at its start a process takes up what a process that has died has left. What another one is working on is known to be so, by a
#         lease or a sign of life, and stays with it; so a second process can be started at any time.
# Seen:   @dbos-inc/dbos-sdk 5.3.0 on PostgreSQL 18.6.0, with nothing set: when the second process starts, the step that the first is in the
#         middle of is executed a second time, beside the first, and as a rule in the first process itself. It is executed once if each
#         process has its own DBOS__VMID; but then only a process with the same one takes up what a dead one has left.
# Matters: every process is called "local", and each start puts all that "local" has not finished into a queue, from which any process
#         takes it. To scale out, or to start a process before the old one ends, repeats every step that is going on. The name has to
#         be set, another for each.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
options=
. "$here/postgres.inc"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @dbos-inc/dbos-sdk@5.3.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { appendFileSync } from 'node:fs';
import { DBOS } from '@dbos-inc/dbos-sdk';

const [,, systemDatabaseUrl, order] = process.argv;
const moment = (time) => new Promise((over) => setTimeout(over, time));
DBOS.setConfig({ name: 'payments', systemDatabaseUrl, runAdminServer: false, logLevel: 'error' });
const pay = DBOS.registerWorkflow(async () => DBOS.runStep(async () => {
  appendFileSync('charges', '.');
  await moment(6000);
  return 'charged';
}, { name: 'charge' }), { name: 'pay' });
await DBOS.launch();
if (order) {
  const workflow = await DBOS.startWorkflow(pay, { workflowID: order })();
  appendFileSync('results', await workflow.getResult());
} else {
  await moment(8000);
}
await DBOS.shutdown();
process.exit();
J
tell() {
  : > charges
  : > results
  DBOS__VMID=$3 node --no-warnings probe.mjs "postgresql://postgres@127.0.0.1:$port/dbos" "$2" 2>>err &
  first=$!
  until [ -s charges ]; do
    kill -0 $first || { cat err; exit 1; }
    sleep 0.2
  done
  [ -z "$4" ] || DBOS__VMID=$5 node --no-warnings probe.mjs "postgresql://postgres@127.0.0.1:$port/dbos" 2>>err
  wait $first
  echo "$1: charges $(wc -c < charges | tr -d ' '), result $(cat results)"
}
{
  tell 'one process' order-1 '' '' ''
  tell 'a second one starts' order-2 '' yes ''
  tell 'a second one starts, each with its DBOS__VMID' order-3 one yes two
} | tee out
diff - out <<'T'
one process: charges 1, result charged
a second one starts: charges 2, result charged
a second one starts, each with its DBOS__VMID: charges 1, result charged
T
echo "As described."
