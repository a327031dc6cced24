#!/bin/sh
# What a retry gets from express-idempotency, by the way in which the handler has answered.
#
# Guess:  the middleware records the answer, however it was written: a retry gets the same status and body. If an operation has
#         failed, or the answer cannot be recorded, the retry executes it again.
# Seen:   express-idempotency 1.0.6 on Express 5.3.0 records what goes through res.send(). After an answer by end(), redirect(), a stream or
#         sendFile(), the key stays "in progress": each retry gets 409, for as long as the record is kept; its own store keeps it for ever. So
#         it is when a handler has thrown, since Express answers that by end(): unless somebody calls reportError(), the operation cannot
#         be tried again. A replay has the content type, but not the Location.
# Matters: "in progress" asks the client to try again later, and there is no later. 201 with a Location and no body is how many create a
#         resource. Nothing shows in tests whose handlers use json().
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error express-idempotency@1.0.6 express@5.3.0 \
    > install.log 2>&1 || { cat install.log; exit 1; }
printf 'receipt' > receipt.txt
cat > probe.mjs <<'J'
import { Readable } from 'node:stream';
import express from 'express';
import idempotency from 'express-idempotency';

const operations = {
  json: (response) => response.status(201).location('/payments/1').json({ payment: 1 }),
  end: (response) => response.status(201).location('/payments/1').end(),
  redirect: (response) => response.redirect(303, '/payments/1'),
  stream: (response) => Readable.from(['receipt']).pipe(response),
  sendFile: (response) => response.sendFile('receipt.txt', { root: '.' }),
  throw: () => { throw new Error('the bank cannot be reached'); },
};
let executed = 0;
const application = express();
application.set('env', 'test');
application.use(idempotency.idempotency());
for (const [name, answer] of Object.entries(operations)) {
  application.post(`/${name}`, (request, response) => {
    if (idempotency.getSharedIdempotencyService().isHit(request)) return;
    executed++;
    answer(response);
  });
}
await new Promise((listening) => { application.server = application.listen(0, '127.0.0.1', listening); });

for (const name of Object.keys(operations)) {
  executed = 0;
  const told = [];
  for (const wait of [0, 1000, 1000]) {
    await new Promise((over) => setTimeout(over, wait));
    const answer = await fetch(`http://127.0.0.1:${application.server.address().port}/${name}`, {
      method: 'POST', redirect: 'manual', headers: { 'Idempotency-Key': name },
    });
    told.push(`${answer.status}${answer.headers.has('location') ? ' with Location' : ''}`);
    await answer.text();
  }
  console.log(`${name}: first ${told[0]}; retries ${told[1]}, ${told[2]}; executed ${executed}`);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
json: first 201 with Location; retries 201, 201; executed 1
end: first 201 with Location; retries 409, 409; executed 1
redirect: first 303 with Location; retries 409, 409; executed 1
stream: first 200; retries 409, 409; executed 1
sendFile: first 200; retries 409, 409; executed 1
throw: first 500; retries 409, 409; executed 1
T
echo "As described."
