// A server of the Model Context Protocol of 2026-07-28 with one tool that asks before it pays, and a client that says yes, both of the
// protocol's own SDK. Arguments: "serve" prints the port; "call", a port and KEY=AMOUNT for each call print a line for each.
import http from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { McpServer, acceptedContent, createMcpHandler, inputRequired } from '@modelcontextprotocol/server';
import { z } from 'zod';

const [what, port, ...calls] = process.argv.slice(2);
const confirmation = z.object({ sure: z.boolean() });
let payments = 0;

function payingServer() {
  const server = new McpServer({ name: 'payments', version: '1' });
  server.registerTool(
    'pay',
    { inputSchema: z.object({ idempotency_key: z.string(), amount: z.number() }) },
    async ({ amount }, { mcpReq }) => {
      if (!acceptedContent(mcpReq.inputResponses, 'sure', confirmation)?.sure) {
        const question = inputRequired.elicit({ message: `Pay ${amount}?`, requestedSchema: confirmation });
        return inputRequired({ inputRequests: { sure: question } });
      }
      return { content: [{ type: 'text', text: `payment ${++payments} of ${amount}` }] };
    },
  );
  return server;
}

if (what === 'serve') {
  const handler = createMcpHandler(payingServer);
  const server = http.createServer(async (request, response) => {
    const { url, method, headers } = request;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = method === 'POST' ? Buffer.concat(chunks) : undefined;
    const answer = await handler.fetch(new Request(new URL(url, 'http://127.0.0.1'), { method, headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
} else {
  const client = new Client(
    { name: 'caller', version: '1' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: 'auto' } },
  );
  let questions = 0;
  client.setRequestHandler('elicitation/create', async () => {
    questions++;
    return { action: 'accept', content: { sure: true } };
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
  for (const call of calls) {
    const [key, amount] = call.split('=');
    questions = 0;
    try {
      const result = await client.callTool({ name: 'pay', arguments: { idempotency_key: key, amount: Number(amount) } });
      console.log(`${result.content[0].text}, ${questions} questions`);
    } catch (error) {
      console.log(`${error.name} ${error.code} ${error.data?.code}`);
    }
  }
  process.exit();
}
