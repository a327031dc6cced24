#!/bin/sh
# What a retry gets from @node-idempotency/nestjs, by what the handler has returned.
#
# Guess:  the interceptor records the answer: a retry gets the same status and the same bytes, whatever a handler may return.
# Seen:   @node-idempotency/nestjs 1.0.4 with its core 1.0.7, on NestJS 10: it records the value that the handler returned, as JSON.
#         Objects, text and errors come back as they were. A retry of an operation that returns nothing gets 500, marked as a replay.
#         A retry of one that returns a StreamableFile gets 201 with the insides of that object as JSON, for the file.
# Matters: the work is done once, but a client that lost the answer is told that it has failed, or gets another document, and
#         "Idempotent-Replayed: true" says that this is final.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @node-idempotency/nestjs@1.0.4 @nestjs/common@10.4.22 \
    @nestjs/core@10.4.22 @nestjs/platform-express@10.4.22 rxjs@7.8.2 reflect-metadata@0.2.2 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import 'reflect-metadata';
import { Controller, HttpException, Module, Post, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import idempotency from '@node-idempotency/nestjs';

let executed = 0;
class Payments {
  object() { return { payment: ++executed }; }
  refusal() { executed++; throw new HttpException({ code: 'declined' }, 402); }
  nothing() { executed++; }
  file() { executed++; return new StreamableFile(Buffer.from('%PDF')); }
}
const operations = ['object', 'refusal', 'nothing', 'file'];
for (const name of operations) {
  const method = Object.getOwnPropertyDescriptor(Payments.prototype, name);
  Post(name)(Payments.prototype, name, method);
  idempotency.Idempotent()(Payments.prototype, name, method);
}
Controller()(Payments);
class Application {}
Module({
  imports: [idempotency.NodeIdempotencyModule.forRootAsync({ storage: { adapter: 'memory' } })],
  controllers: [Payments],
})(Application);

const application = await NestFactory.create(Application, { logger: false });
await application.listen(0, '127.0.0.1');
for (const name of operations) {
  const ask = async () => {
    const answer = await fetch(`${await application.getUrl()}/${name}`, { method: 'POST', headers: { 'Idempotency-Key': name } });
    const text = await answer.text();
    return `${answer.status} ${text.slice(0, 40) || '(empty)'}${answer.headers.get('idempotent-replayed') ? ', a replay' : ''}`;
  };
  const before = executed;
  console.log(`${name}: first ${await ask()}; retry ${await ask()}; executed ${executed - before}`);
}
process.exit();
J
node --no-warnings probe.mjs 2>err | tee out || cat err
diff - out <<'T'
object: first 201 {"payment":1}; retry 201 {"payment":1}, a replay; executed 1
refusal: first 402 {"code":"declined"}; retry 402 {"code":"declined"}, a replay; executed 1
nothing: first 201 (empty); retry 500 {"message":"Internal Server Error","stat, a replay; executed 1
file: first 201 %PDF; retry 201 {"options":{"length":4},"logger":{"conte, a replay; executed 1
T
echo "As described."
