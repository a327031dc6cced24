#!/bin/sh
# Keys and retries in the SDKs of APIs that have idempotency keys, as they are by default.
#
# Guess:  an SDK that takes an idempotency key sends it; one that retries makes a key for what it repeats; a 409 is repeated, since the
#         draft of the IETF has it for a request that still runs; a refusal is an exception.
# Seen:   the table below. "key": given by the caller only, or made by the SDK where there is none. Then how many attempts one call
#         makes when each connection breaks, and when each answer is 409, 409 with X-Should-Retry: false, 429, 500 or 503, the last
#         three with Retry-After: 1. "problem": what the user gets for a problem document with status 422 and no member "error".
#         lithic, openai, anthropic and cloudflare drop the option idempotencyKey; a field in the option headers works.
# Matters: a server that answers 409 to a retry that comes too early ends it in most SDKs, so it has to wait; and a retry without a
#         key, as five of these make it, repeats the work.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/../gateway/src/test/node/sdks.mjs" "$work"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error stripe@23.1.0 openai@7.59.0 @anthropic-ai/sdk@1.14.0 \
    modern-treasury@3.3.0 increase@0.583.0 lithic@0.145.0 cloudflare@7.3.0 square@46.0.0 gocardless-nodejs@10.1.2 \
    @adyen/api-library@32.1.0 @mollie/api-client@4.6.0 @workos-inc/node@11.0.0 @paypal/paypal-server-sdk@2.5.0 \
    @aws-sdk/client-ec2@3.1169.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { sdks, told } from './sdks.mjs';

const dropping = ['lithic', 'openai', 'anthropic', 'cloudflare'];

/** Serves one call, each attempt of it in the same way: the keys that came, and what the user got. */
async function attempts(name, answer, key, ...options) {
  const keys = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const inBody = /ClientToken=([^&]*)/.exec(body) ?? /"idempotency_key":"([^"]*)"/.exec(body);
      keys.push(request.headers['idempotency-key'] ?? request.headers['paypal-request-id'] ?? inBody?.[1]);
      answer(request, response);
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const call = await sdks[name](server.address().port);
  const got = await call(key, 7, ...options).then(() => 'success', told);
  server.close();
  server.closeAllConnections();
  return { keys, got };
}

const answering = (status, fields = {}, body = '{"error":{"message":"no","errors":[]}}') => (request, response) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...fields }).end(body);
const breaking = (request) => request.socket.destroy();
const again = { 'Retry-After': '1' };

async function row(name) {
  const count = async (answer) => {
    const { keys } = await attempts(name, answer, 'given');
    if (keys.some((key) => key !== 'given')) {
      throw new Error(`${name} sent ${keys}`);
    }
    return keys.length;
  };
  const [made, lost, conflict, final, limited, failed, busy, problem, option] = await Promise.all([
    attempts(name, breaking, undefined),
    count(breaking),
    count(answering(409, again)),
    count(answering(409, { 'X-Should-Retry': 'false' })),
    count(answering(429, again)),
    count(answering(500, again)),
    count(answering(503, again)),
    attempts(name, answering(422, { 'Content-Type': 'application/problem+json' }, '{"type":"t","title":"no","status":422}'), 'given'),
    dropping.includes(name) ? attempts(name, answering(400), 'given', { idempotencyKey: 'given' }) : undefined,
  ]);
  // Square's is a member that its type demands, and the call above gives "k" for it.
  const key = made.keys[0] === undefined ? 'none' : made.keys[0] === 'k' ? 'required' : new Set(made.keys).size > 1 ? 'new each time' : 'made';
  const dropped = option && option.keys[0] === undefined ? ', option dropped' : '';
  return [name, key + dropped, lost, conflict, final, limited, failed, busy, problem.got].join(' | ');
}

console.log('SDK | key | lost | 409 | 409 final | 429 | 500 | 503 | problem');
for (const line of await Promise.all(Object.keys(sdks).map(row))) {
  console.log(line);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
SDK | key | lost | 409 | 409 final | 429 | 500 | 503 | problem
stripe | made | 3 | 3 | 3 | 1 | 3 | 3 | success
stripe-delete | none | 3 | 3 | 3 | 1 | 3 | 3 | success
modern-treasury | made | 3 | 3 | 1 | 3 | 3 | 3 | 422
increase | made | 3 | 3 | 1 | 3 | 3 | 3 | 422
lithic | none, option dropped | 3 | 3 | 1 | 3 | 3 | 3 | 422
openai | none, option dropped | 3 | 3 | 1 | 3 | 3 | 3 | 422
anthropic | none, option dropped | 3 | 3 | 1 | 3 | 3 | 3 | 422
cloudflare | none, option dropped | 3 | 3 | 1 | 3 | 3 | 3 | 422
square | required | 1 | 1 | 1 | 3 | 3 | 3 | 422
gocardless | made | 1 | 1 | 1 | 1 | 1 | 1 | 500
adyen | none | 1 | 1 | 1 | 1 | 1 | 1 | 422
mollie | made | 1 | 1 | 1 | 1 | 3 | 3 | 422
workos | made | 4 | 1 | 1 | 4 | 4 | 4 | 422
paypal | none | 1 | 1 | 1 | 1 | 1 | 1 | 422
ec2 | made | 3 | 1 | 1 | 3 | 3 | 3 | 422
T
