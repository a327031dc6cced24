#!/bin/sh
# An order that is paid by the x402 protocol, when an answer on the way is lost.
#
# Guess:  "402 Payment Required" says that nothing has been done and nothing taken. A signed payment has a nonce that is good for one
#         transfer, and so it is the key of the order: the same request with the same payment gets the order that it has paid for.
# Seen:   @x402/express 2.27.0 executes the order, has the payment settled, and throws the order's answer away if it gets no answer from
#         who settles: 402 with an empty body, "success": false, for an order that is executed and paid. If the answer to the client is
#         lost, the same request with the same payment gets 402, too. fetch of @x402/fetch 2.27.0, called again, signs another payment.
# Matters: to call again is what 402 asks for, and what each agent does when its connection breaks: two orders, two payments, which nobody
#         takes back. Who sells has to keep the orders by the payments' nonces; who buys must not take 402 for unpaid.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @x402/express@2.27.0 @x402/fetch@2.27.0 @x402/core@2.27.0 \
    @x402/evm@2.27.0 viem@2.57.20 express@5.3.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { HTTPFacilitatorClient } from '@x402/core/server';
import { ExactEvmScheme as Payer } from '@x402/evm';
import { ExactEvmScheme as Payee } from '@x402/evm/exact/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/express';
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch';
import express from 'express';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

const network = 'eip155:84532';
const listen = (server) => new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(`http://127.0.0.1:${server.address().port}`)));

// Settles each nonce once, as the contract of the coin does.
const settled = new Set();
let settlementsLost = 0;
const facilitator = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const answer = (value) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  if (request.url === '/supported') return answer({ kinds: [{ x402Version: 2, scheme: 'exact', network }], extensions: [], signers: {} });
  const { nonce, from: payer } = JSON.parse(body).paymentPayload.payload.authorization;
  if (request.url === '/verify') return answer(settled.has(nonce) ? { isValid: false, invalidReason: 'nonce used', payer } : { isValid: true, payer });
  settled.add(nonce);
  if (settlementsLost-- > 0) return request.socket.destroy();
  return answer({ success: true, transaction: `0x${'1'.repeat(64)}`, network, payer });
});
const resources = new x402ResourceServer(new HTTPFacilitatorClient({ url: await listen(facilitator) })).register(network, new Payee());

let executed = 0;
const shop = express();
shop.use(paymentMiddleware({ 'POST /orders': { accepts: { scheme: 'exact', price: '$0.10', network, payTo: `0x${'1'.repeat(40)}` } } }, resources));
shop.post('/orders', (request, response) => response.json({ order: ++executed }));
const orders = `${await listen(http.createServer(shop))}/orders`;

let answersLost = 0;
let signature;
const pay = wrapFetchWithPaymentFromConfig(async (request) => {
  const answer = await fetch(request);
  if (!request.headers.has('payment-signature')) return answer;
  signature = request.headers.get('payment-signature');
  if (answersLost-- > 0) throw new TypeError('the connection is broken');
  return answer;
}, { schemes: [{ network, client: new Payer(privateKeyToAccount(generatePrivateKey())) }] });

const callAgain = () => pay(orders, { method: 'POST' });
const samePayment = () => fetch(orders, { method: 'POST', headers: { 'payment-signature': signature } });
async function told(lost, how, again) {
  executed = 0;
  settled.clear();
  const outcome = async (call) => `${await call().then(async (answer) => `${answer.status} ${await answer.text()}`, () => 'an error')} (orders ${executed}, payments ${settled.size})`;
  console.log(`${lost}: ${await outcome(callAgain)}; ${how}: ${await outcome(again)}`);
}
settlementsLost = 1;
await told('answer of who settles lost', 'called again', callAgain);
settlementsLost = 1;
await told('answer of who settles lost', 'same payment again', samePayment);
answersLost = 1;
await told('answer of the shop lost', 'called again', callAgain);
answersLost = 1;
await told('answer of the shop lost', 'same payment again', samePayment);
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
answer of who settles lost: 402 {} (orders 1, payments 1); called again: 200 {"order":2} (orders 2, payments 2)
answer of who settles lost: 402 {} (orders 1, payments 1); same payment again: 402 {} (orders 1, payments 1)
answer of the shop lost: an error (orders 1, payments 1); called again: 200 {"order":2} (orders 2, payments 2)
answer of the shop lost: an error (orders 1, payments 1); same payment again: 402 {} (orders 1, payments 1)
T
echo "As described."
