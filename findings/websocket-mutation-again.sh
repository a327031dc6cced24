#!/bin/sh
# A GraphQL mutation over a WebSocket whose connection breaks before its result.
#
# Guess:  subscriptions are taken up again on the next connection; a mutation that has been sent is an error for its caller, who alone
#         knows whether it may be repeated. At most it is sent again retryAttempts times, which are 5.
# Seen:   graphql-ws 6.4.2 sends it again, with nothing set, and says nothing: two payments, and the caller sees the second. The number
#         of attempts has no limit as long as a connection can be made, since each connection that is acknowledged begins the count anew:
#         with retryAttempts 1, 20 lost results are 21 payments. With retryAttempts 0 it is an error. tRPC 11.25.2 ends the mutation
#         with an error, although it connects again, too.
# Matters: a mutation that takes longer than a proxy lets a connection live, or that brings its server down, is executed again and again.
#         Apollo, urql and Relay send mutations this way if they are told to use one link for all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error graphql-ws@6.4.2 graphql@17.1.0 ws@8.23.0 \
    @trpc/client@11.25.2 @trpc/server@11.25.2 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { buildSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';

const graphql = (options) => ({
  serve: (server, pay) => useServer({
    schema: buildSchema('type Query { paid: Int } type Mutation { pay: Int }'), roots: { mutation: { pay } },
  }, new WebSocketServer({ server })),
  call: (url) => new Promise((resolve, reject) => {
    let result;
    createClient({ url, webSocketImpl: WebSocket, ...options }).subscribe({ query: 'mutation { pay }' }, {
      next: ({ data }) => { result = data.pay; }, error: reject, complete: () => resolve(result),
    });
  }),
});
const trpc = {
  serve: (server, pay) => {
    const { router, procedure } = initTRPC.create();
    applyWSSHandler({ wss: new WebSocketServer({ server }), router: router({ pay: procedure.mutation(pay) }) });
  },
  call: (url) => createTRPCClient({ links: [wsLink({ client: createWSClient({ url, WebSocket }) })] }).pay.mutate(),
};

// Breaks the connection in the place of the first results.
async function told(name, { serve, call }, lost) {
  const sockets = new Set();
  const server = http.createServer().on('connection', (socket) => sockets.add(socket));
  let executed = 0;
  serve(server, async () => {
    const number = ++executed;
    if (number <= lost) {
      for (const socket of sockets) socket.destroy();
      await new Promise(() => {});
    }
    return number;
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const result = await call(`ws://127.0.0.1:${server.address().port}/`).then((number) => `payment ${number}`, () => 'an error');
  console.log(`${name}, results lost: ${lost}; executed: ${executed}; the caller gets ${result}`);
}

const soon = () => new Promise((over) => setTimeout(over, 10));
await told('graphql-ws', graphql({}), 1);
await told('graphql-ws, retryAttempts 1', graphql({ retryAttempts: 1, retryWait: soon }), 20);
await told('graphql-ws, retryAttempts 0', graphql({ retryAttempts: 0 }), 1);
await told('tRPC', trpc, 1);
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
graphql-ws, results lost: 1; executed: 2; the caller gets payment 2
graphql-ws, retryAttempts 1, results lost: 20; executed: 21; the caller gets payment 21
graphql-ws, retryAttempts 0, results lost: 1; executed: 1; the caller gets an error
tRPC, results lost: 1; executed: 1; the caller gets an error
T
echo "As described."
