#!/bin/sh
# A connection that breaks before any answer, in Adyen's SDK for Node.
#
# Guess:  the promise is rejected with an error of the network, without a status, so that callers know that nobody answered.
# Seen:   @adyen/api-library 32.1.0 rejects with an ApiException whose statusCode is 500. A real answer of 500 has the same status
#         and is an HttpClientException.
# Matters: code that takes "500" for an answer of Adyen's does not call again with the same key, although the payment may have been made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/../gateway/src/test/node/sdks.mjs" "$work"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @adyen/api-library@32.1.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { sdks } from './sdks.mjs';

async function told(answer) {
  const server = http.createServer((request, response) => answer(request.resume(), response));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const pay = await sdks.adyen(server.address().port);
  const said = await pay('k', 7).then(() => 'success', (error) => `${error.constructor.name}, status ${error.statusCode}`);
  server.close();
  server.closeAllConnections();
  return said;
}

console.log('connection broken without an answer: ' + await told((request) => request.socket.destroy()));
console.log('answer 500 without a body: ' + await told((request, response) => response.writeHead(500).end()));
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
connection broken without an answer: ApiException, status 500
answer 500 without a body: HttpClientException, status 500
T
echo "As described."
