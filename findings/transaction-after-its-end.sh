#!/bin/sh
# A statement in a transaction that has ended, in libraries for PostgreSQL in Node.
#
# Guess:  when the function that was given to transaction() has failed, everything is rolled back, and what is still going on in it cannot execute
#         anything more by the transaction's object: that is an error.
# Seen:   so it is in Kysely 0.28.19 (the newest for Node 20), Knex 3.3.0, pg-promise 12.7.1, Sequelize 6.37.8 and TypeORM 1.1.1.
#         In postgres.js 3.4.9, and in Drizzle 0.45.4 on it as well as on pg, the object goes on to work on the connection, to whomever
#         that belongs by then. If nobody has it, the statement is committed alone. If the transaction is made again after a time limit, the late
#         statement of the first attempt is executed within the second one, and committed with that.
# Matters: a limit around the work is how one keeps a transaction short, and JavaScript cannot stop what it has begun: a slow call comes
#         back after the retry has started, and a credit is there twice. The same goes for Promise.all, which fails with the first of its parts
#         and leaves the others running. Nothing is told, and another request's transaction may be the one that gets the statement.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
options=
. "$here/postgres.inc"
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error drizzle-orm@0.45.4 knex@3.3.0 kysely@0.28.19 pg@8.23.1 \
    pg-promise@12.7.1 postgres@3.4.9 sequelize@6.37.8 typeorm@1.1.1 > install.log 2>&1 || { cat install.log; exit 1; }
cat > probe.mjs <<'J'
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle as drizzleOnPg } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import knex from 'knex';
import { Kysely, PostgresDialect, sql as kyselySql } from 'kysely';
import pg from 'pg';
import pgPromise from 'pg-promise';
import postgres from 'postgres';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';

const url = process.argv[2];

// Each opens a pool, and gives a way to run work in a transaction. The work gets a way to execute a statement in it.
const libraries = {
  'Drizzle on pg': () => {
    const db = drizzleOnPg(url);
    return (work) => db.transaction((tx) => work((text) => tx.execute(drizzleSql.raw(text))));
  },
  'Drizzle on postgres.js': () => {
    const db = drizzleOnPostgresJs(url);
    return (work) => db.transaction((tx) => work((text) => tx.execute(drizzleSql.raw(text))));
  },
  'postgres.js': () => {
    const db = postgres(url);
    return (work) => db.begin((tx) => work((text) => tx.unsafe(text)));
  },
  'Knex': () => {
    const db = knex({ client: 'pg', connection: url });
    return (work) => db.transaction((tx) => work((text) => tx.raw(text)));
  },
  'Kysely': () => {
    const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) });
    return (work) => db.transaction().execute((tx) => work((text) => kyselySql.raw(text).execute(tx)));
  },
  'pg-promise': () => {
    const db = pgPromise({ noWarnings: true })(url);
    return (work) => db.tx((tx) => work((text) => tx.none(text)));
  },
  'Sequelize': () => {
    const db = new Sequelize(url, { logging: false });
    return (work) => db.transaction((transaction) => work((text) => db.query(text, { transaction })));
  },
  'TypeORM': async () => {
    const db = await new DataSource({ type: 'postgres', url }).initialize();
    return (work) => db.transaction((tx) => work((text) => tx.query(text)));
  },
};

const direct = new pg.Client(url);
await direct.connect();
await direct.query('CREATE TABLE entries (what TEXT)');
const entries = async () => {
  const { rows } = await direct.query('DELETE FROM entries RETURNING what');
  return rows.map(({ what }) => what).sort().join(', ') || 'nothing';
};
const moment = (time) => new Promise((over) => setTimeout(over, time));
const failure = (time) => moment(time).then(() => { throw new Error('expected'); });
const expected = (error) => { if (error.message !== 'expected') throw error; };

/** Two entries, with a call to somebody else between them. */
async function book(execute, attempt, time) {
  await execute(`INSERT INTO entries VALUES ('debit ${attempt}')`);
  await moment(time);
  await execute(`INSERT INTO entries VALUES ('credit ${attempt}')`);
}

for (const [name, open] of Object.entries(libraries)) {
  const transaction = await open();
  let late;
  await transaction((execute) => {
    late = book(execute, 1, 400).catch(() => {});
    return Promise.all([late, failure(200)]);
  }).catch(expected);
  await late;
  const alone = await entries();

  const attempt = (number, time) => transaction((execute) => {
    const work = book(execute, number, time);
    if (number === 1) late = work.catch(() => {});
    return Promise.race([work, failure(600)]);
  });
  await attempt(1, 900).catch(expected);
  await attempt(2, 500);
  await late;
  console.log(`${name}, one part fails: ${alone}; a limit, and a second attempt: ${await entries()}`);
}
process.exit();
J
node --no-warnings probe.mjs "postgresql://postgres@127.0.0.1:$port/postgres" 2>err | tee out || cat err
diff - out <<'T'
Drizzle on pg, one part fails: credit 1; a limit, and a second attempt: credit 1, credit 2, debit 2
Drizzle on postgres.js, one part fails: credit 1; a limit, and a second attempt: credit 1, credit 2, debit 2
postgres.js, one part fails: credit 1; a limit, and a second attempt: credit 1, credit 2, debit 2
Knex, one part fails: nothing; a limit, and a second attempt: credit 2, debit 2
Kysely, one part fails: nothing; a limit, and a second attempt: credit 2, debit 2
pg-promise, one part fails: nothing; a limit, and a second attempt: credit 2, debit 2
Sequelize, one part fails: nothing; a limit, and a second attempt: credit 2, debit 2
TypeORM, one part fails: nothing; a limit, and a second attempt: credit 2, debit 2
T
echo "As described."
