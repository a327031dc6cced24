#!/bin/sh
# A stream of events that ends in the middle, without the event that ends it in its protocol, at the SDKs of models and agents.
#
# Guess:  each of these protocols has a last event, so that a client can tell half from whole; what collects a whole answer from the
#         stream throws if that event is missing, so that a retry can follow.
# Seen:   so do the collectors of @anthropic-ai/sdk 1.14.0, and of openai 7.59.0 for chats. openai's collector for responses returns
#         the half, with status "in_progress". runAgent of @ag-ui/client 1.0.0 returns the half as the new message of a run that has
#         ended well. The stream of @a2a-js/sdk 1.3.0 ends with the task still working, generateContentStream of @google/genai 3.3.0 and
#         the chat transport of ai 7.0.173 end with half a text. streamText of ai returns the half, and says "interrupted".
# Matters: when a server dies behind a proxy, many proxies end its answer as if it were whole, and some streams go by the end of the
#         connection alone. Half an answer, "Pay 100" for "Pay 1000", is stored and acted upon, and no retry is made. Who calls has to
#         look for the last event: the status, the finish reason, the state of the task.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error openai@7.59.0 @anthropic-ai/sdk@1.14.0 @google/genai@3.3.0 \
    @ag-ui/client@1.0.0 @a2a-js/sdk@1.3.0 ai@7.0.173 @ai-sdk/openai@4.0.118 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import http from 'node:http';
import { ClientFactory } from '@a2a-js/sdk/client';
import { HttpAgent } from '@ag-ui/client';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { DefaultChatTransport, readUIMessageStream, streamText } from 'ai';
import OpenAI from 'openai';

// The beginnings of streams, by their path; the rest of the text would follow, and what ends it.
const chunk = (delta) => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] });
const item = { id: 'i', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
const place = { item_id: 'i', output_index: 0, content_index: 0 };
const beginnings = {
  '/openai/chat/completions': () => [chunk({ role: 'assistant', content: '' }), chunk({ content: 'Pay 100' })],
  '/openai/responses': () => [
    { type: 'response.created', response: { id: 'r', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '', annotations: [] } },
    { type: 'response.output_text.delta', ...place, delta: 'Pay 100', logprobs: [] },
  ],
  '/anthropic/v1/messages': () => [
    { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Pay 100' } },
  ],
  '/google': () => [{ candidates: [{ content: { role: 'model', parts: [{ text: 'Pay 100' }] }, index: 0 }] }],
  '/ag-ui': () => [
    { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
    { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Pay 100' },
  ],
  '/a2a': ({ id }) => [
    { task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_WORKING' } } },
    { artifactUpdate: { taskId: 't', contextId: 'c', artifact: { artifactId: 'a', parts: [{ text: 'Pay 100' }] } } },
  ].map((result) => ({ jsonrpc: '2.0', id, result })),
  '/chat': () => [
    { type: 'start', messageId: 'm' }, { type: 'start-step' }, { type: 'text-start', id: 't' }, { type: 'text-delta', id: 't', delta: 'Pay 100' },
  ],
};
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const [, events] = Object.entries(beginnings).find(([path]) => request.url.startsWith(path));
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const event of events(JSON.parse(body))) {
    response.write(`${event.type && !request.url.startsWith('/chat') ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const base = `http://127.0.0.1:${server.address().port}`;

const openai = new OpenAI({ apiKey: 'k', baseURL: `${base}/openai`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: 'k', baseURL: `${base}/anthropic`, maxRetries: 0 });
const messages = [{ role: 'user', content: 'How much?' }];
const calls = {
  'openai, chat.completions.stream': async () => (await openai.chat.completions.stream({ model: 'm', messages }).finalChatCompletion()).choices[0].message.content,
  'openai, responses.stream': async () => {
    const { output, status } = await openai.responses.stream({ model: 'm', input: 'How much?' }).finalResponse();
    return `${output[0].content[0].text}, status ${status}`;
  },
  'anthropic, messages.stream': async () => (await anthropic.messages.stream({ model: 'm', max_tokens: 99, messages }).finalMessage()).content[0].text,
  'genai, generateContentStream': async () => {
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: `${base}/google` } });
    let text = '';
    for await (const part of await ai.models.generateContentStream({ model: 'm', contents: 'How much?' })) text += part.text;
    return text;
  },
  'ai, streamText': async () => {
    const result = streamText({ model: createOpenAI({ apiKey: 'k', baseURL: `${base}/openai` }).responses('m'), prompt: 'How much?' });
    return `${await result.text}, finishReason ${await result.finishReason}`;
  },
  'ai, DefaultChatTransport': async () => {
    const stream = await new DefaultChatTransport({ api: `${base}/chat` }).sendMessages({ chatId: 'c', messages: [], trigger: 'submit-message' });
    let last;
    for await (const message of readUIMessageStream({ stream })) last = message.parts.at(-1);
    return `${last.text}, state ${last.state}`;
  },
  'ag-ui, runAgent': async () => {
    const { newMessages } = await new HttpAgent({ url: `${base}/ag-ui`, threadId: 't' }).runAgent({ runId: 'r' });
    return newMessages[0].content;
  },
  'a2a, sendMessageStream': async () => {
    const client = await new ClientFactory().createFromAgentCard({
      name: 'a', description: 'a', version: '1', capabilities: { streaming: true, extensions: [] }, skills: [], signatures: [],
      supportedInterfaces: [{ url: `${base}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0', tenant: '' }],
      defaultInputModes: [], defaultOutputModes: [], securityRequirements: [], securitySchemes: {},
    });
    const seen = [];
    const message = { messageId: 'm', role: 1, parts: [{ content: { $case: 'text', value: 'How much?' } }], extensions: [], referenceTaskIds: [] };
    for await (const { payload } of client.sendMessageStream({ message })) seen.push(payload.$case);
    return `the end after ${seen.join(', ')}`;
  },
};
for (const [name, call] of Object.entries(calls)) console.log(`${name}: ${await call().then((text) => `returns ${text}`, (error) => `throws ${error.message}`)}`);
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
openai, chat.completions.stream: throws missing finish_reason for choice 0
openai, responses.stream: returns Pay 100, status in_progress
anthropic, messages.stream: throws stream ended without producing a Message with role=assistant
genai, generateContentStream: returns Pay 100
ai, streamText: returns Pay 100, finishReason interrupted
ai, DefaultChatTransport: returns Pay 100, state streaming
ag-ui, runAgent: returns Pay 100
a2a, sendMessageStream: returns the end after task, artifactUpdate
T
echo "As described."
