#!/bin/sh
# Hooks that run "after commit", of ORMs for Node.
#
# Guess:  such a hook runs when what was done before it in its transaction is committed, and else never. In a transaction inside another one it
#         waits for the outer one, and a message is sent for each payment that is there, and for no other.
# Seen:   on PostgreSQL 18.6, with a transaction inside another as a savepoint. Sequelize 6.37.8 and TypeORM 1.1.1 run the hook
#         when the savepoint is released, before the outer transaction is rolled back. Orchid ORM 1.78.4 runs it when the outer one
#         is committed, although the inner one was rolled back. With typeorm-transactional 0.5.0 the payment stays when the outer transaction
#         is rolled back: its NESTED is a transaction of its own, without a savepoint. All four run the hook, and return, if the database has
#         answered COMMIT with ROLLBACK, since a statement had failed and the error was caught.
# Matters: the hook is where one sends the message, starts the job or charges the card, so that it happens only if the rows are there. It
#         happens for rows that are not, and again when the whole is tried again. A table as an outbox has none of this.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
options=
. "$here/postgres.inc"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error orchid-orm@1.78.4 pg@8.23.1 reflect-metadata@0.2.2 sequelize@6.37.8 \
    typeorm@1.1.1 typeorm-transactional@0.5.0 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { orchidORM } from 'orchid-orm/node-postgres';
import pg from 'pg';
import { Sequelize } from 'sequelize';
import { DataSource, EventSubscriber } from 'typeorm';
import {
  addTransactionalDataSource, initializeTransactionalContext, Propagation, runInTransaction, runOnTransactionCommit,
} from 'typeorm-transactional';

const url = process.argv[2];
let sent = 0;
const send = () => { sent++; };

// Each opens a pool, and gives a way to run work in a transaction. The work gets a way to execute a statement in it, one to have a message
// sent after its commit, and one to run work in a transaction inside.
const libraries = {
  'Sequelize': () => {
    const db = new Sequelize(url, { logging: false });
    const inside = (transaction) => ({
      execute: (text) => db.query(text, { transaction }),
      sendAfterCommit: () => transaction.afterCommit(send),
      nested: (work) => db.transaction({ transaction }, (inner) => work(inside(inner))),
    });
    return (work) => db.transaction((transaction) => work(inside(transaction)));
  },
  'TypeORM': async () => {
    class Sender {
      afterTransactionCommit({ queryRunner: { data } }) {
        for (const message of data.messages ?? []) message();
        data.messages = [];
      }

      afterTransactionRollback({ queryRunner: { data } }) {
        data.messages = [];
      }
    }
    EventSubscriber()(Sender);
    const db = await new DataSource({ type: 'postgres', url, subscribers: [Sender] }).initialize();
    const inside = (tx) => ({
      execute: (text) => tx.query(text),
      sendAfterCommit: () => { (tx.queryRunner.data.messages ??= []).push(send); },
      nested: (work) => tx.transaction((inner) => work(inside(inner))),
    });
    return (work) => db.transaction((tx) => work(inside(tx)));
  },
  'Orchid ORM': () => {
    const db = orchidORM({ databaseURL: url }, {});
    const inside = {
      execute: (text) => db.$query(Object.assign([text], { raw: [text] })),
      sendAfterCommit: () => db.$afterCommit(send),
      nested: (work) => db.$transaction(() => work(inside)),
    };
    return (work) => db.$transaction(() => work(inside));
  },
  'typeorm-transactional': async () => {
    initializeTransactionalContext();
    const db = addTransactionalDataSource(new DataSource({ type: 'postgres', url }));
    await db.initialize();
    const inside = {
      execute: (text) => db.query(text),
      sendAfterCommit: () => runOnTransactionCommit(send),
      nested: (work) => runInTransaction(() => work(inside), { propagation: Propagation.NESTED }),
    };
    return (work) => runInTransaction(() => work(inside));
  },
};

const failure = () => { throw new Error('expected'); };
const pay = async ({ execute, sendAfterCommit }) => {
  await execute('INSERT INTO paid VALUES (100)');
  sendAfterCommit();
};
const works = {
  'committed': pay,
  'rolled back': (tx) => pay(tx).then(failure),
  'inside, and both committed': (tx) => tx.nested(pay),
  'inside one that is rolled back': (tx) => tx.nested(pay).then(failure),
  'rolled back inside one that is committed': (tx) => tx.nested((inner) => pay(inner).then(failure)).catch(() => {}),
  'a used key, caught': (tx) => pay(tx).then(() => tx.execute("INSERT INTO used VALUES ('k')").catch(() => {})),
};

const direct = new pg.Client(url);
await direct.connect();
await direct.query('CREATE TABLE paid (amount INT)');
await direct.query("CREATE TABLE used (key TEXT PRIMARY KEY); INSERT INTO used VALUES ('k')");
for (const [name, open] of Object.entries(libraries)) {
  const transaction = await open();
  for (const [what, work] of Object.entries(works)) {
    sent = 0;
    const end = await transaction(work).then(() => 'returns', () => 'fails');
    await new Promise((over) => setTimeout(over, 100));
    const { rowCount } = await direct.query('DELETE FROM paid');
    console.log(`${name}, ${what}: ${end}, payments ${rowCount}, messages ${sent}`);
  }
}
process.exit();
J
node --no-warnings probe.mjs "postgresql://postgres@127.0.0.1:$port/postgres" 2>err | tee out || cat err
diff - out <<'T'
Sequelize, committed: returns, payments 1, messages 1
Sequelize, rolled back: fails, payments 0, messages 0
Sequelize, inside, and both committed: returns, payments 1, messages 1
Sequelize, inside one that is rolled back: fails, payments 0, messages 1
Sequelize, rolled back inside one that is committed: returns, payments 0, messages 0
Sequelize, a used key, caught: returns, payments 0, messages 1
TypeORM, committed: returns, payments 1, messages 1
TypeORM, rolled back: fails, payments 0, messages 0
TypeORM, inside, and both committed: returns, payments 1, messages 1
TypeORM, inside one that is rolled back: fails, payments 0, messages 1
TypeORM, rolled back inside one that is committed: returns, payments 0, messages 0
TypeORM, a used key, caught: returns, payments 0, messages 1
Orchid ORM, committed: returns, payments 1, messages 1
Orchid ORM, rolled back: fails, payments 0, messages 0
Orchid ORM, inside, and both committed: returns, payments 1, messages 1
Orchid ORM, inside one that is rolled back: fails, payments 0, messages 0
Orchid ORM, rolled back inside one that is committed: returns, payments 0, messages 1
Orchid ORM, a used key, caught: returns, payments 0, messages 1
typeorm-transactional, committed: returns, payments 1, messages 1
typeorm-transactional, rolled back: fails, payments 0, messages 0
typeorm-transactional, inside, and both committed: returns, payments 1, messages 1
typeorm-transactional, inside one that is rolled back: fails, payments 1, messages 1
typeorm-transactional, rolled back inside one that is committed: returns, payments 0, messages 0
typeorm-transactional, a used key, caught: returns, payments 0, messages 1
T
echo "As described."
