#!/bin/sh
# Half an answer to a POST, in undici's RetryAgent.
#
# Guess:  whoever adds POST to the methods of a RetryAgent, since each of them has an idempotency key, gets the recorded answer when
#         the first one breaks off: the same request is sent again.
# Seen:   undici 7.30.2, the newest for Node 20, sends another request, with a Range for the bytes that are missing. A server that does
#         not cut answers to POST into ranges replays the whole one with 200, and that is refused: RequestRetryError. If the fields
#         were given as Headers, a Map or an array, the second request has none of them, the key included, and is executed.
#         A first answer of 503 is followed by the same request, with the key. PUT is treated so by default.
#         8.12.4 (run by hand on Node 22) keeps the fields, and asks for the rest all the same.
# Matters: the caller never gets the answer that the server has for it, and without the key the work is done twice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error undici@7.30.2 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { Agent, Headers, request, RetryAgent } from 'undici';

const fields = { 'Idempotency-Key': 'k', 'Content-Type': 'application/json' };
const forms = {
  'a plain object': fields,
  'Headers': new Headers(fields),
  'a Map': new Map(Object.entries(fields)),
  'an array': Object.entries(fields).flat(),
};

/** One call to a server that knows keys, and whose first answer fails: the attempts that came, and what the caller got. */
async function told(headers, failing) {
  const answers = new Map();
  const attempts = [];
  let executed = 0;
  const server = http.createServer((message, response) => {
    const { 'idempotency-key': key, range } = message.headers;
    attempts.push(`key ${key ?? 'none'}` + (range ? ` and ${range}` : ''));
    message.resume().on('end', () => {
      if (attempts.length === 1 && failing === '503') {
        response.writeHead(503).end();
        return;
      }
      const answer = answers.get(key) ?? `{"payment": ${++executed}, "amount": 100}`;
      if (key) answers.set(key, answer);
      response.writeHead(200, { 'Content-Length': answer.length });
      if (attempts.length === 1) {
        response.write(answer.slice(0, 12), () => setTimeout(() => response.destroy(), 100));
      } else {
        response.end(answer);
      }
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const dispatcher = new RetryAgent(new Agent(), { methods: ['POST'], minTimeout: 50 });
  const url = `http://127.0.0.1:${server.address().port}/`;
  const got = await request(url, { dispatcher, method: 'POST', headers, body: '{}' })
    .then((answer) => answer.body.text())
    .catch((error) => error.name);
  await dispatcher.close();
  server.close();
  return `${attempts.join(', then ')}; executed ${executed}; the caller gets ${got}`;
}

console.log('503 first, an array: ' + await told(forms['an array'], '503'));
for (const [name, headers] of Object.entries(forms)) {
  console.log(`half an answer first, ${name}: ${await told(headers, 'half')}`);
}
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
503 first, an array: key k, then key k; executed 1; the caller gets {"payment": 1, "amount": 100}
half an answer first, a plain object: key k, then key k and bytes=12-28; executed 1; the caller gets RequestRetryError
half an answer first, Headers: key k, then key none and bytes=12-28; executed 2; the caller gets RequestRetryError
half an answer first, a Map: key k, then key none and bytes=12-28; executed 2; the caller gets RequestRetryError
half an answer first, an array: key k, then key none and bytes=12-28; executed 2; the caller gets RequestRetryError
T
echo "As described."
