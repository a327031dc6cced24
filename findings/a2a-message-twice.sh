#!/bin/sh
# A message that arrives twice, with the same messageId, at an agent of the Agent2Agent protocol.
#
# Guess:  the sender makes a messageId for each message, so that the second arrival is known: it joins the first, or gets what that got.
# Seen:   the server of @a2a-js/sdk 1.3.0 knows it by nothing. As the first message of a task it makes two tasks. As the answer to a
#         question of a task it is executed a second time beside the first: both requests are told of the first payment, the task has one
#         receipt and the message twice, and what the second execution says goes to nobody. When the task is over, the retry gets error
#         -32004, "cannot be modified", in place of the result of its own message.
# Matters: HTTP clients and proxies repeat a POST below the caller (post-repeats), and every agent that got no answer repeats it. "Yes" to
#         a payment is the message to be careful about. The agent itself has to keep the messageIds that it has acted upon.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @a2a-js/sdk@1.3.0 express@5.3.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server';
import { UserBuilder, jsonRpcHandler } from '@a2a-js/sdk/server/express';
import express from 'express';

const state = { submitted: 1, working: 2, completed: 3, inputRequired: 6 };
const moment = (time) => new Promise((over) => setTimeout(over, time));
const text = (value) => [{ content: { $case: 'text', value }, mediaType: 'text/plain', filename: '', metadata: {} }];
const ends = [];
// Asks whether it may pay, and pays when it is answered; the payment takes until the probe ends it.
const agent = {
  async execute({ taskId, contextId, task, userMessage }, bus) {
    const status = (value) => ({ state: value, timestamp: new Date().toISOString() });
    if (!task) {
      bus.publish(AgentEvent.task({ id: taskId, contextId, status: status(state.submitted), history: [userMessage], artifacts: [], metadata: {} }));
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state.inputRequired), metadata: {} }));
      return;
    }
    const number = ends.length + 1;
    bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state.working), metadata: {} }));
    await new Promise((end) => ends.push(end));
    const artifact = { artifactId: `${number}`, name: 'receipt', description: '', parts: text(`payment ${number}`), metadata: {}, extensions: [] };
    bus.publish(AgentEvent.artifactUpdate({ taskId, contextId, artifact, append: false, lastChunk: true, metadata: {} }));
    bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state.completed), metadata: {} }));
  },
  async cancelTask() {},
};
const card = {
  name: 'payments', description: 'pays', version: '1', capabilities: { streaming: true, extensions: [] }, skills: [], signatures: [],
  supportedInterfaces: [{ url: 'http://127.0.0.1/', protocolBinding: 'JSONRPC', protocolVersion: '1.0', tenant: '' }],
  defaultInputModes: ['text/plain'], defaultOutputModes: ['text/plain'], securityRequirements: [], securitySchemes: {},
};
const tasks = new InMemoryTaskStore();
const application = express();
application.use(jsonRpcHandler({ requestHandler: new DefaultRequestHandler(card, tasks, agent), userBuilder: UserBuilder.noAuthentication }));
const server = await new Promise((listening) => { const made = application.listen(0, '127.0.0.1', () => listening(made)); });
let requests = 0;
const call = async (method, params) => {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'A2A-Version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: ++requests, method, params }),
  });
  return answer.json();
};
const send = (messageId, message) => call('SendMessage', { message: { messageId, role: 'ROLE_USER', ...message } });
const receipts = (task) => task.artifacts.map(({ parts }) => parts[0].text).join(', ');
const told = ({ result, error }) => (error ? `error ${error.code}` : receipts(result.task));

const pay = { parts: [{ text: 'Pay order 7' }] };
const { result: { task } } = await send('m-1', pay);
const other = (await send('m-1', pay)).result.task;
console.log(`the first message, again: ${other.id === task.id ? 'the same task' : 'another task'}`);

const yes = () => send('m-2', { taskId: task.id, contextId: task.contextId, parts: [{ text: 'Yes' }] }).then(told);
const first = yes();
while (ends.length < 1) await moment(20);
const second = yes();
for (let waited = 0; ends.length < 2 && waited < 100; waited++) await moment(20);
ends[0]();
console.log(`an answer, again while it is worked on: executions ${ends.length}; told ${await first} and ${await second}`);
ends[1]?.();
await moment(500);
const { result: kept } = await call('GetTask', { id: task.id });
console.log(`the task: ${receipts(kept)}; messages ${kept.history.filter(({ role }) => role === 'ROLE_USER').map(({ messageId }) => messageId).join(', ')}`);
console.log(`the answer, again when the task is over: told ${await yes()}`);
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
the first message, again: another task
an answer, again while it is worked on: executions 2; told payment 1 and payment 1
the task: payment 1; messages m-1, m-2, m-2
the answer, again when the task is over: told error -32004
T
echo "As described."
