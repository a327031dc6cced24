#!/bin/sh
# A tool that waits for a human's approval, and the approval that arrives twice.
#
# Guess:  a question in a checkpoint is answered once: the same answer again is refused, or gets the result of the first.
# Seen:   so it is with createAgent and humanInTheLoopMiddleware of langchain 1.5.14 on LangGraph 1.7.3 when the turn is over. While the
#         tool is at work, the same answer executes the tool a second time. Both callers are told that it is done, and the thread has
#         one payment, the one that ended last. It is the same with interrupt() in the tool.
# Matters: an approval comes by HTTP, from a button or a webhook; both are sent again when no answer comes, and the tool takes its time just
#         then. One approval makes two payments, and the history shows one. The checkpointers keep no lock: who takes approvals has to.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error langchain@1.5.14 @langchain/langgraph@1.7.3 \
    @langchain/core@1.4.0 zod@4.6.7 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage } from '@langchain/core/messages';
import { Command, MemorySaver, interrupt } from '@langchain/langgraph';
import { createAgent, humanInTheLoopMiddleware, tool } from 'langchain';
import { z } from 'zod';

const moment = (time) => new Promise((over) => setTimeout(over, time));
let paid;
class Model extends BaseChatModel {
  _llmType() { return 'scripted'; }
  bindTools() { return this; }
  async _generate(messages) {
    const calls = messages.at(-1).getType() === 'tool' ? [] : [{ name: 'pay', args: {}, id: 'pay', type: 'tool_call' }];
    const message = new AIMessage({ content: calls.length > 0 ? '' : 'done', tool_calls: calls });
    return { generations: [{ text: message.content, message }] };
  }
}
function payments(asks) {
  return tool(async () => {
    if (asks) interrupt('Are you sure?');
    const number = ++paid;
    await moment(1000);
    return `payment ${number}`;
  }, { name: 'pay', description: 'pays', schema: z.object({}) });
}
const kinds = {
  'humanInTheLoopMiddleware': [payments(false), [humanInTheLoopMiddleware({ interruptOn: { pay: true } })], { decisions: [{ type: 'approve' }] }],
  'interrupt()': [payments(true), [], 'yes'],
};
for (const [name, [pay, middleware, resume]] of Object.entries(kinds)) {
  for (const [when, wait] of [['while the tool is at work', 300], ['when the turn is over', 3000]]) {
    paid = 0;
    const agent = createAgent({ model: new Model({}), tools: [pay], checkpointer: new MemorySaver(), middleware });
    const config = { configurable: { thread_id: 'order-7' } };
    await agent.invoke({ messages: [{ role: 'user', content: 'Pay order 7' }] }, config);
    const approve = () => agent.invoke(new Command({ resume }), config).then(({ messages }) => messages.at(-1).content, () => 'an error');
    const first = approve();
    await moment(wait);
    const told = await Promise.all([first, approve()]);
    const { values } = await agent.graph.getState(config);
    const kept = values.messages.filter((message) => message.name === 'pay').map(({ content }) => content);
    console.log(`${name}, again ${when}: told ${told.join(' and ')}; payments ${paid}, in the thread: ${kept}`);
  }
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
humanInTheLoopMiddleware, again while the tool is at work: told done and done; payments 2, in the thread: payment 2
humanInTheLoopMiddleware, again when the turn is over: told done and done; payments 1, in the thread: payment 1
interrupt(), again while the tool is at work: told done and done; payments 2, in the thread: payment 2
interrupt(), again when the turn is over: told done and done; payments 1, in the thread: payment 1
T
echo "As described."
