#!/bin/sh
# A retry with the same payload, in Powertools for AWS Lambda with payload validation and a cache for its records.
#
# Guess:  payload validation refuses a retry that has the same key and another payload, and returns the recorded result to one that
#         has the same payload.
# Seen:   @aws-lambda-powertools/idempotency 2.35.0 with CachePersistenceLayer refuses both: when the operation ends, its record is
#         written anew without the hash of the payload, so nothing is equal to it any more.
# Matters: a client that lost an answer cannot get it: every retry of a finished operation is told that it has changed its request.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'J'
{"type": "module", "dependencies": {"@aws-lambda-powertools/idempotency": "2.35.0"}}
J
npm install --silent --no-audit --no-fund --ignore-scripts
cat > retry.mjs <<'J'
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';

const records = new Map();
// What a Redis-compatible cache does with SET, GET and DEL.
const client = {
  get: async (key) => records.get(key) ?? null,
  set: async (key, value, options) => {
    const onlyNew = options?.NX === true || options?.condition === 'NX' || options?.conditionalSet === 'onlyIfDoesNotExist';
    if (onlyNew && records.has(key)) return null;
    records.set(key, value);
    return 'OK';
  },
  del: async (keys) => { for (const key of [].concat(keys)) records.delete(key); return 1; },
};
let executions = 0;
const pay = async (event) => ({ payment: ++executions, amount: event.amount });
const protect = (validation) => makeIdempotent(pay, {
  persistenceStore: new CachePersistenceLayer({ client }),
  keyPrefix: validation ? 'validated' : 'plain',
  config: new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    ...(validation ? { payloadValidationJmesPath: 'amount' } : {}),
  }),
});
const ask = async (pays, event) => {
  try { return JSON.stringify(await pays(event)); } catch (error) { return error.name; }
};
const event = { key: 'k', amount: 100 };
const plain = protect(false);
const validated = protect(true);
console.log('without validation, first: ' + await ask(plain, event));
console.log('without validation, retry: ' + await ask(plain, event));
console.log('with validation, first: ' + await ask(validated, event));
console.log('with validation, retry: ' + await ask(validated, event));
console.log('hash in the finished record: '
  + Object.keys(JSON.parse([...records].find(([key]) => key.startsWith('validated'))[1])).includes('validation'));
J
node --no-warnings retry.mjs 2>/dev/null | tee seen
cat > expected <<'T'
without validation, first: {"payment":1,"amount":100}
without validation, retry: {"payment":1,"amount":100}
with validation, first: {"payment":2,"amount":100}
with validation, retry: IdempotencyValidationError
hash in the finished record: false
T
diff expected seen
echo "As described."
