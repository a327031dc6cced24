#!/bin/sh
# An agent whose model cannot be reached after a tool has been executed, and the same call again.
#
# Guess:  the session keeps what has been done: the call of the tool, and its result. The same call again, with the same session, shows
#         the model that it has paid, and goes on from there.
# Seen:   @openai/agents 0.20.0 writes the session when a run completes: after the error it is empty, and the error has no state to go on
#         with. The same call again pays again. It is the same when another tool of the same turn throws, and with a stream, where the
#         session has the question, but not the payment. LangChain 1.5.14 with LangGraph 1.7.3 keeps both in its checkpoint: the same
#         call again pays once.
# Matters: a model's service that answers 503 is daily business, and trying again is the usual cure. Here it makes a second payment that no
#         model can prevent, because it is not told of the first. A tool with effects needs a key of its own, kept outside the session.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @openai/agents@0.20.0 langchain@1.5.14 \
    @langchain/langgraph@1.7.3 @langchain/core@1.4.0 zod@4.6.7 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { AIMessage } from '@langchain/core/messages';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { MemorySaver } from '@langchain/langgraph';
import { Agent, MemorySession, Runner, Usage, setTracingDisabled, tool } from '@openai/agents';
import { createAgent, tool as langchainTool } from 'langchain';
import { z } from 'zod';

setTracingDisabled(true);
let paid, failures, broken, asked;
const pay = async () => `payment ${++paid}`;
const mail = async () => {
  await new Promise((over) => setTimeout(over, 100));
  if (broken-- > 0) throw new Error('the connection is lost');
  return 'sent';
};
// Both models call their tools if they are shown no payment; else they say that it is done, but the first time they fail.
function decide(shown, tools) {
  asked++;
  if (!/payment \d/.test(JSON.stringify(shown))) return tools;
  if (failures-- > 0) throw new Error('503');
  return [];
}

class Model {
  constructor(tools) { this.tools = tools; }
  async getResponse({ input }) {
    const calls = decide(input, this.tools).map((name) => ({
      type: 'function_call', callId: `${name}-${asked}`, name, arguments: '{}', status: 'completed',
    }));
    const text = { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'done' }] };
    return { usage: new Usage({ requests: 1 }), output: calls.length > 0 ? calls : [text] };
  }
  async *getStreamedResponse(request) {
    const { output } = await this.getResponse(request);
    yield { type: 'response_done', response: { id: `${asked}`, usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, output } };
  }
}
function openai(tools, stream) {
  const session = new MemorySession();
  const made = { pay, mail };
  const agent = new Agent({
    name: 'shop',
    model: new Model(tools),
    tools: tools.map((name) => tool({ name, description: name, parameters: z.object({}), errorFunction: null, execute: made[name] })),
  });
  return {
    run: async () => {
      const result = await new Runner().run(agent, 'Pay order 7', { session, stream });
      if (stream) await result.completed;
      return result.finalOutput;
    },
    kept: async () => (await session.getItems()).map(({ type, role }) => (type === 'message' ? role : type)),
  };
}

class LangchainModel extends BaseChatModel {
  _llmType() { return 'scripted'; }
  bindTools() { return this; }
  async _generate(messages) {
    const calls = decide(messages.map(({ content }) => content), ['pay']);
    const message = new AIMessage({ content: calls.length > 0 ? '' : 'done', tool_calls: calls.map((name) => ({ name, args: {}, id: `${name}-${asked}` })) });
    return { generations: [{ text: message.content, message }] };
  }
}
function langchain() {
  const config = { configurable: { thread_id: 'order-7' } };
  const agent = createAgent({
    model: new LangchainModel({ maxRetries: 0 }),
    tools: [langchainTool(pay, { name: 'pay', description: 'pay', schema: z.object({}) })],
    checkpointer: new MemorySaver(),
  });
  return {
    run: async () => (await agent.invoke({ messages: [{ role: 'user', content: 'Pay order 7' }] }, config)).messages.at(-1).content,
    kept: async () => (await agent.graph.getState(config)).values.messages.map((message) => message.getType()),
  };
}

async function twice(name, failing, throwing, { run, kept }) {
  paid = asked = 0;
  failures = failing;
  broken = throwing;
  const once = () => run().catch(() => 'an error');
  console.log(`${name}: ${await once()}, payments ${paid}, kept: ${(await kept()).join(', ') || 'nothing'}; again: ${await once()}, payments ${paid}`);
}
await twice('OpenAI, the model fails', 1, 0, openai(['pay'], false));
await twice('OpenAI, the model fails, streamed', 1, 0, openai(['pay'], true));
await twice('OpenAI, another tool throws', 0, 1, openai(['pay', 'mail'], false));
await twice('LangChain, the model fails', 1, 0, langchain());
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
OpenAI, the model fails: an error, payments 1, kept: nothing; again: done, payments 2
OpenAI, the model fails, streamed: an error, payments 1, kept: user; again: done, payments 2
OpenAI, another tool throws: an error, payments 1, kept: nothing; again: done, payments 2
LangChain, the model fails: an error, payments 1, kept: human, ai, tool; again: done, payments 1
T
echo "As described."
