#!/bin/sh
# A tool call whose POST arrives twice, at a server of the Model Context Protocol.
#
# Guess:  a request with an id that is being worked on in the same session is refused, or joins the first one; at worst both are
#         executed, and each POST gets its own result.
# Seen:   @modelcontextprotocol/sdk 1.32.2: both are executed. The second POST gets the result of the first execution, as soon as
#         that ends; the result of the second execution goes to nobody, and only the server's onerror hears of it. The first POST, if
#         somebody still listens, gets nothing until its connection is closed. It is the same with JSON and with streams of events.
# Matters: HTTP clients and proxies repeat a POST below the caller when a connection breaks (post-repeats), and then both have the
#         same id. The caller is told of one payment, and there are two.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @modelcontextprotocol/sdk@1.32.2 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

const moment = (time) => new Promise((over) => setTimeout(over, time));

async function told(json, broken) {
  const ends = [];
  let lost = 0;
  const mcp = new McpServer({ name: 'payments', version: '1' });
  mcp.server.onerror = () => lost++;
  mcp.registerTool('pay', {}, async () => {
    const number = ends.length + 1;
    await new Promise((end) => ends.push(end));
    return { content: [{ type: 'text', text: `payment ${number}` }] };
  });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, enableJsonResponse: json });
  await mcp.connect(transport);
  const server = http.createServer((request, response) => transport.handleRequest(request, response));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
  const post = (message, signal) => fetch(`http://127.0.0.1:${server.address().port}/`, {
    method: 'POST', headers, signal, body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  const clientInfo = { name: 'client', version: '1' };
  const begun = await post({ id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  headers['Mcp-Session-Id'] = begun.headers.get('mcp-session-id');
  await begun.text();
  await post({ method: 'notifications/initialized' });

  const call = (signal) => post({ id: 1, method: 'tools/call', params: { name: 'pay', arguments: {} } }, signal)
    .then((answer) => answer.text())
    .then((text) => /payment \d/.exec(text)[0])
    .catch(() => 'nothing');
  const first = new AbortController();
  const toFirst = call(first.signal);
  while (ends.length < 1) await moment(20);
  if (broken) first.abort();
  const toSecond = call();
  while (ends.length < 2) await moment(20);
  ends[0]();
  const got = await toSecond;
  ends[1]();
  await moment(500);
  first.abort();
  console.log(`${json ? 'JSON' : 'stream'}, connection of the first POST ${broken ? 'broken' : 'still there'}: ${ends.length} executions; `
    + `the first POST gets ${await toFirst}, the second ${got}; results that cannot be sent: ${lost > 0 ? 'yes' : 'no'}`);
  server.close();
  server.closeAllConnections();
}

for (const json of [true, false]) {
  await told(json, true);
  await told(json, false);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
JSON, connection of the first POST broken: 2 executions; the first POST gets nothing, the second payment 1; results that cannot be sent: yes
JSON, connection of the first POST still there: 2 executions; the first POST gets nothing, the second payment 1; results that cannot be sent: yes
stream, connection of the first POST broken: 2 executions; the first POST gets nothing, the second payment 1; results that cannot be sent: yes
stream, connection of the first POST still there: 2 executions; the first POST gets nothing, the second payment 1; results that cannot be sent: yes
T
echo "As described."
