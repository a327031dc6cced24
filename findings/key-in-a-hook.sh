#!/bin/sh
# An idempotency key that is made in a hook of an HTTP client for Node, and the client's own retries.
#
# Guess:  a hook for requests runs once for each call, and retries repeat what it has made: one key, whatever the number of attempts.
# Seen:   how many keys three attempts of one call have, when each answer is 503, and when each connection breaks; in the table below.
#         The hooks of ky, got, ofetch, and the interceptors under axios-retry and retry-axios, run for each attempt, and each attempt
#         of the call has another key. Those of gaxios, superagent and wretch, and got's hook init, run once. By hand on Node 22:
#         got 16.1.0 does as below, and ky 2.1.0 runs its hook once.
# Matters: the place that the documentation offers for fields of all requests makes retries that no server can recognise: the work is
#         done again, although every request has a key. A key belongs to the call, or a hook has to keep one that is there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error ky@1.14.3 got@14.6.6 ofetch@1.5.1 axios@1.21.1 \
    axios-retry@4.5.0 retry-axios@4.0.3 gaxios@7.3.1 superagent@10.4.2 wretch@2.11.1 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import { Gaxios } from 'gaxios';
import got from 'got';
import ky from 'ky';
import { ofetch } from 'ofetch';
import * as rax from 'retry-axios';
import superagent from 'superagent';
import wretch from 'wretch';
import { retry } from 'wretch/middlewares';

const pause = 20;
const withKey = (options) => {
  options.headers['Idempotency-Key'] = randomUUID();
  return options;
};
const setKey = (headers) => headers.set('Idempotency-Key', randomUUID());
const gotRetry = { limit: 2, methods: ['POST'], calculateDelay: ({ computedValue }) => computedValue && pause };

const clients = {
  'ky, beforeRequest': (url) => ky.post(url, {
    json: {},
    retry: { limit: 2, methods: ['post'], delay: () => pause },
    hooks: { beforeRequest: [(first) => setKey((first.request ?? first).headers)] },
  }),
  'got, beforeRequest': (url) => got.post(url, {
    json: {},
    retry: gotRetry,
    hooks: { beforeRequest: [(options) => { options.headers['idempotency-key'] = randomUUID(); }] },
  }),
  'got, init': (url) => got.post(url, {
    json: {},
    retry: gotRetry,
    hooks: { init: [(plain, options) => { options.headers['idempotency-key'] = randomUUID(); }] },
  }),
  'ofetch, onRequest': (url) => ofetch(url, {
    method: 'POST', body: {}, retry: 2, retryDelay: pause, onRequest: ({ options }) => { setKey(options.headers); },
  }),
  'axios with axios-retry, interceptor': (url) => {
    const client = axios.create();
    axiosRetry(client, { retries: 2, retryCondition: () => true });
    client.interceptors.request.use(withKey);
    return client.post(url, {});
  },
  'axios with retry-axios, interceptor': (url) => {
    const client = axios.create();
    client.defaults.raxConfig = {
      retry: 2, noResponseRetries: 2, httpMethodsToRetry: ['POST'], retryDelay: pause, backoffType: 'static',
    };
    rax.attach(client);
    client.interceptors.request.use(withKey);
    return client.post(url, {});
  },
  'gaxios, interceptor': (url) => {
    const client = new Gaxios();
    client.interceptors.request.add({ resolved: async (options) => { setKey(options.headers); return options; } });
    return client.request({
      url, method: 'POST', data: {}, retryConfig: { retry: 2, noResponseRetries: 2, httpMethodsToRetry: ['POST'], retryDelay: pause },
    });
  },
  'superagent, use': (url) => superagent.post(url).use((call) => call.set('Idempotency-Key', randomUUID())).retry(2).send({}),
  'wretch, defer': (url) => wretch(url)
    .middlewares([retry({ delayTimer: pause, maxAttempts: 2, retryOnNetworkError: true })])
    .defer((call) => call.headers({ 'Idempotency-Key': randomUUID() }))
    .post({}).res(),
};

async function keys(client, broken) {
  const seen = [];
  const server = http.createServer((request, response) => request.resume().on('end', () => {
    seen.push(request.headers['idempotency-key']);
    if (broken) {
      request.socket.destroy();
    } else {
      response.writeHead(503, { 'Content-Type': 'application/json' }).end('{}');
    }
  }));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${server.address().port}/`;
  await Promise.resolve().then(() => client(url)).catch((expected) => expected);
  server.close();
  server.closeAllConnections();
  if (seen.length !== 3 || seen.includes(undefined)) {
    throw new Error(`not three attempts with keys: ${seen}`);
  }
  return new Set(seen).size;
}

console.log('client, hook | keys of 3 attempts, 503 | connection breaks');
for (const [name, client] of Object.entries(clients)) {
  console.log(`${name} | ${await keys(client, false)} | ${await keys(client, true)}`);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
client, hook | keys of 3 attempts, 503 | connection breaks
ky, beforeRequest | 3 | 3
got, beforeRequest | 3 | 3
got, init | 1 | 1
ofetch, onRequest | 3 | 3
axios with axios-retry, interceptor | 3 | 3
axios with retry-axios, interceptor | 3 | 3
gaxios, interceptor | 1 | 1
superagent, use | 1 | 1
wretch, defer | 1 | 1
T
echo "As described."
