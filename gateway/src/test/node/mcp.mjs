// A server of the Model Context Protocol with one tool that pays, and a client that calls it, both of the protocol's own SDK.
// Arguments: "serve" prints the port; "call", a port and KEY=AMOUNT for each call print a line for each.
import http from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const [what, port, ...calls] = process.argv.slice(2);
let payments = 0;

async function answer(request, response) {
  const server = new McpServer({ name: 'payments', version: '1' });
  server.registerTool(
    'pay',
    { inputSchema: { idempotency_key: z.string(), amount: z.number() } },
    async ({ amount }) => ({ content: [{ type: 'text', text: `payment ${++payments} of ${amount}` }] }),
  );
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  await server.connect(transport);
  await transport.handleRequest(request, response);
}

if (what === 'serve') {
  const server = http.createServer((request, response) => {
    if (request.method === 'POST') {
      answer(request, response);
    } else {
      response.writeHead(405).end();
    }
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
} else {
  const client = new Client({ name: 'caller', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
  for (const call of calls) {
    const [key, amount] = call.split('=');
    try {
      const result = await client.callTool({ name: 'pay', arguments: { idempotency_key: key, amount: Number(amount) } });
      console.log(result.content[0].text);
    } catch (error) {
      console.log(error instanceof McpError ? `McpError ${error.code} ${error.data?.code}` : `${error}`);
    }
  }
  process.exit();
}
