#!/bin/sh
# A turn of an agent with two tools, of which one waits for a human, and what is executed when it goes on.
#
# Guess:  with a checkpointer, a tool that has ended is not executed again when the turn goes on; at most the one that waited is.
# Seen:   with ToolNode of @langchain/langgraph 1.7.3 in a graph, and with its createReactAgent, the payment that had ended before the
#         question is made again when the human answers, and once more for each further question of that turn. What the first payments
#         returned is thrown away. createAgent of langchain 1.5.14, and createReactAgent with version "v2", execute it once.
# Matters: the node is the unit that is kept, and ToolNode is one node for all calls of a turn. An agent is most often asked "are you
#         sure?" about payments. Nothing warns, and with one call in each turn, as in most tests, it does not show.
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
import { Command, MemorySaver, MessagesAnnotation, START, StateGraph, interrupt } from '@langchain/langgraph';
import { ToolNode, createReactAgent, toolsCondition } from '@langchain/langgraph/prebuilt';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

let paid, questions;
const schema = z.object({});
const tools = [
  tool(async () => `payment ${++paid}`, { name: 'pay', description: 'pays', schema }),
  tool(async () => {
    for (let asked = 0; asked < questions; asked++) interrupt('Are you sure?');
    return 'shipped';
  }, { name: 'ship', description: 'ships', schema }),
];
class Model extends BaseChatModel {
  _llmType() { return 'scripted'; }
  bindTools() { return this; }
  async _generate(messages) {
    const calls = messages.at(-1).getType() === 'tool' ? [] : tools.map(({ name }) => ({ name, args: {}, id: name, type: 'tool_call' }));
    const message = new AIMessage({ content: calls.length > 0 ? '' : 'done', tool_calls: calls });
    return { generations: [{ text: message.content, message }] };
  }
}
const model = new Model({});
const agents = {
  'ToolNode in a graph': (checkpointer) => new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('tools', new ToolNode(tools))
    .addEdge(START, 'model')
    .addConditionalEdges('model', toolsCondition)
    .addEdge('tools', 'model')
    .compile({ checkpointer }),
  'createReactAgent': (checkpointer) => createReactAgent({ llm: model, tools, checkpointer }),
  'createReactAgent, v2': (checkpointer) => createReactAgent({ llm: model, tools, checkpointer, version: 'v2' }),
  'createAgent': (checkpointer) => createAgent({ model, tools, checkpointer }),
};

for (const [name, agent] of Object.entries(agents)) {
  for (questions of [1, 2]) {
    paid = 0;
    const made = agent(new MemorySaver());
    const config = { configurable: { thread_id: 'order-7' } };
    let state = await made.invoke({ messages: [{ role: 'user', content: 'Pay and ship order 7' }] }, config);
    let answers = 0;
    while (state.__interrupt__) {
      answers++;
      state = await made.invoke(new Command({ resume: 'yes' }), config);
    }
    const told = state.messages.find((message) => message.name === 'pay').content;
    console.log(`${name}, ${answers} answered: payments ${paid}, the model is told of ${told}`);
  }
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
ToolNode in a graph, 1 answered: payments 2, the model is told of payment 2
ToolNode in a graph, 2 answered: payments 3, the model is told of payment 3
createReactAgent, 1 answered: payments 2, the model is told of payment 2
createReactAgent, 2 answered: payments 3, the model is told of payment 3
createReactAgent, v2, 1 answered: payments 1, the model is told of payment 1
createReactAgent, v2, 2 answered: payments 1, the model is told of payment 1
createAgent, 1 answered: payments 1, the model is told of payment 1
createAgent, 2 answered: payments 1, the model is told of payment 1
T
echo "As described."
