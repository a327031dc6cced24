#!/bin/sh
# A tool call whose stream of events breaks off before the answer, in two SDKs of the Model Context Protocol.
#
# Guess:  the caller is told at once that the connection has broken, as with an answer in JSON; or, if the events have ids and the
#         server can go on from there, the client fetches the rest, and the caller gets the answer.
# Seen:   the table below, with a time limit of 5 seconds for a call. @modelcontextprotocol/sdk 1.32.2 fetches the rest if there was
#         an id. If not, it tells its caller nothing: the call ends with its time limit (60 seconds by default), as "Request timed out",
#         and the server is told that it was cancelled. The SDK for Java, 2.1.0, does the reverse: it tells at once of a stream that
#         breaks before its first event. After one, with or without an id, it neither tells nor fetches the rest, resumableStreams(true)
#         notwithstanding. A stream that ends well without an answer is silence in both.
# Matters: a lost answer looks like a slow server. Whoever calls again at the time limit has lost a minute, and repeats what was done.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get io/modelcontextprotocol/sdk mcp-core 2.1.0
get io/modelcontextprotocol/sdk mcp-json-jackson3 2.1.0
get tools/jackson/core jackson-databind 3.1.4
get tools/jackson/core jackson-core 3.1.4
get com/fasterxml/jackson/core jackson-annotations 2.21
get com/networknt json-schema-validator 3.0.6
get io/projectreactor reactor-core 3.8.8
get org/reactivestreams reactive-streams 1.0.4
get org/jspecify jspecify 1.0.0
get org/slf4j slf4j-api 2.0.17
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @modelcontextprotocol/sdk@1.32.2 > install.log 2>&1 || { cat install.log; exit 1; }
# A server whose tool never answers in the stream that its call has opened, and does in one that goes on from there.
cat > server.mjs <<'J'
import http from 'node:http';

const note = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'working' } });
const beginnings = {
  '/none': ': working\n\n',
  '/event': `event: message\ndata: ${note}\n\n`,
  '/id': `id: 1\nevent: message\ndata: ${note}\n\n`,
  '/end': ': working\n\n',
};
let called;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  const stream = () => response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const event = (result) => `event: message\nid: 2\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: called, result })}\n\n`;
  if (request.method === 'GET') {
    stream();
    if (request.headers['last-event-id']) {
      response.end(event({ content: [{ type: 'text', text: 'paid' }] }));
    } else {
      response.write(': open\n\n');
    }
    return;
  }
  const { id, method, params } = body ? JSON.parse(body) : {};
  if (method === 'initialize') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({
      jsonrpc: '2.0', id,
      result: { protocolVersion: params.protocolVersion, capabilities: { tools: {}, logging: {} }, serverInfo: { name: 'server', version: '1' } },
    }));
  } else if (method === 'tools/call') {
    called = id;
    stream();
    response.write(beginnings[request.url]);
    setTimeout(() => (request.url === '/end' ? response.end() : response.destroy()), 300);
  } else {
    response.writeHead(202).end();
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
J
cat > client.mjs <<'J'
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const row = ['TypeScript'];
for (const path of ['none', 'event', 'id', 'end']) {
  const client = new Client({ name: 'client', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${process.argv[2]}/${path}`)));
  const begun = Date.now();
  row.push(await client.callTool({ name: 'pay', arguments: {} }, undefined, { timeout: 5000 })
    .then((result) => result.content[0].text, () => (Date.now() - begun < 4000 ? 'error at once' : 'time limit')));
  await client.close();
}
console.log(row.join(' | '));
process.exit();
J
cat > Caller.java <<'J'
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.Map;
public class Caller {
    public static void main(String[] port) {
        StringBuilder row = new StringBuilder("Java");
        for (String path : new String[] {"none", "event", "id", "end"}) {
            var transport = HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port[0])
                    .endpoint("/" + path).resumableStreams(true).build();
            var client = McpClient.sync(transport).requestTimeout(Duration.ofSeconds(5)).build();
            client.initialize();
            long begun = System.nanoTime();
            String got;
            try {
                got = ((McpSchema.TextContent) client.callTool(new McpSchema.CallToolRequest("pay", Map.of())).content().get(0)).text();
            } catch (RuntimeException e) {
                got = System.nanoTime() - begun < 4_000_000_000L ? "error at once" : "time limit";
            }
            row.append(" | ").append(got);
        }
        System.out.println(row);
        System.exit(0);
    }
}
J
node --no-warnings server.mjs > port &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
until [ -s port ]; do sleep 0.1; done
{
  echo 'SDK | breaks before an event | after one | after one with an id | ends without an answer'
  node --no-warnings client.mjs "$(cat port)" 2>err || cat err
  java -cp "$work/*" Caller.java "$(cat port)" 2>err || cat err
} | tee out
diff - out <<'T'
SDK | breaks before an event | after one | after one with an id | ends without an answer
TypeScript | time limit | time limit | paid | time limit
Java | error at once | time limit | time limit | time limit
T
echo "As described."
