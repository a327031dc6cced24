#!/bin/sh
# An upload of a file as a stream, and the retries of HTTP clients for Node.
#
# Guess:  a stream can be read once. So a client does not make the attempt again, or says that it cannot, or has kept what it has read.
# Seen:   after 503, axios-retry 4.5.0, retry-axios 4.0.3, gaxios 7.3.1 and node-fetch 3.3.2 with fetch-retry 6.0.0 send a second
#         PUT, of 0 bytes, and the caller is told 200. If the connection breaks in the middle, the two for axios send what is left of the
#         stream, and the caller is told 200. PUT is among the methods that axios-retry, retry-axios and gaxios repeat with nothing set.
#         got 14.6.6, ofetch 1.5.1, fetch with fetch-retry, and undici's RetryAgent 7.30.2 say that it has failed; ky 1.14.3 sends the whole.
# Matters: the file is stored empty, or without its beginning, and everybody is told that it is there: a PUT that is repeated
#         with care for its idempotency destroys what it should bring. A server can only notice it if it gets a length or a digest. With a stream
#         the retry has to be made around the place that opens the file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error axios@1.21.1 axios-retry@4.5.0 fetch-retry@6.0.0 gaxios@7.3.1 \
    got@14.6.6 ky@1.14.3 node-fetch@3.3.2 ofetch@1.5.1 retry-axios@4.0.3 undici@7.30.2 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { createReadStream, writeFileSync } from 'node:fs';
import http from 'node:http';
import { Readable } from 'node:stream';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import fetchRetry from 'fetch-retry';
import { Gaxios } from 'gaxios';
import got from 'got';
import ky from 'ky';
import nodeFetch from 'node-fetch';
import { ofetch } from 'ofetch';
import * as rax from 'retry-axios';
import { Agent, request, RetryAgent } from 'undici';

const size = 20_000_000;
writeFileSync('file', Buffer.alloc(size, 'x'));
const file = () => createReadStream('file');
const pause = 50;
const onTrouble = { retries: 2, retryDelay: pause, retryOn: (attempt, error, answer) => attempt < 2 && (error || answer.status === 503) };
const clients = {
  'axios-retry': (url) => {
    const client = axios.create();
    axiosRetry(client, { retryDelay: () => pause });
    return client.put(url, file());
  },
  'retry-axios': (url) => {
    const client = axios.create();
    client.defaults.raxConfig = { retryDelay: pause, backoffType: 'static' };
    rax.attach(client);
    return client.put(url, file());
  },
  'gaxios': (url) => new Gaxios().request({ url, method: 'PUT', data: file(), retryConfig: { retryDelay: pause } }),
  'node-fetch with fetch-retry': (url) => fetchRetry(nodeFetch, onTrouble)(url, { method: 'PUT', body: file() }),
  'fetch with fetch-retry': (url) => fetchRetry(fetch, onTrouble)(url, { method: 'PUT', body: file(), duplex: 'half' }),
  'got': (url) => got.put(url, { body: file(), retry: { calculateDelay: ({ computedValue }) => computedValue && pause } }),
  'ofetch': (url) => ofetch(url, { method: 'PUT', body: file(), duplex: 'half', retry: 2, retryDelay: pause }),
  'undici': (url) => request(url, { dispatcher: new RetryAgent(new Agent(), { minTimeout: pause }), method: 'PUT', body: file() }),
  'ky': (url) => ky.put(url, { body: Readable.toWeb(file()), duplex: 'half', retry: { delay: () => pause } }),
};

/** What a server has got in each attempt whose first one fails, and what the caller is told. */
async function told(put, broken) {
  const attempts = [];
  const server = http.createServer((message, response) => {
    const number = attempts.push(0);
    message.on('error', () => {});
    message.on('data', (bytes) => {
      attempts[number - 1] += bytes.length;
      if (broken && number === 1 && attempts[0] > 1_000_000) message.destroy();
    });
    message.on('end', () => response.writeHead(number === 1 ? 503 : 200, { 'Content-Type': 'application/json' }).end('{}'));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const result = await put(`http://127.0.0.1:${server.address().port}/file`).then(() => 'success', () => 'an error');
  server.closeAllConnections();
  server.close();
  const parts = attempts.map((bytes) => (bytes === size ? 'all' : bytes === 0 ? 'nothing' : 'a part'));
  return `${parts.join(', then ')}: ${result}`;
}
for (const [name, put] of Object.entries(clients)) {
  console.log(`${name} | after 503: ${await told(put, false)} | after a break: ${await told(put, true)}`);
}
process.exit();
J
timeout 60 node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
axios-retry | after 503: all, then nothing: success | after a break: a part, then a part: success
retry-axios | after 503: all, then nothing: success | after a break: a part, then a part: success
gaxios | after 503: all, then nothing: success | after a break: a part: an error
node-fetch with fetch-retry | after 503: all, then nothing: success | after a break: a part: an error
fetch with fetch-retry | after 503: all: an error | after a break: a part: an error
got | after 503: all: an error | after a break: a part: an error
ofetch | after 503: all: an error | after a break: a part: an error
undici | after 503: all: an error | after a break: a part: an error
ky | after 503: all, then all: success | after a break: a part, then all: success
T
echo "As described."
