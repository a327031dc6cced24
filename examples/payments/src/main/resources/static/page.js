'use strict';

const form = document.getElementById('choice');
const button = form.querySelector('button');
let before = null;

function text(tag, value) {
  const element = document.createElement(tag);
  element.textContent = value;
  return element;
}

function rows(table, lines) {
  table.tBodies[0].replaceChildren(...lines.map(line => {
    const row = document.createElement('tr');
    row.append(...line.map(value => text('td', value ?? '')));
    return row;
  }));
}

// Names of columns come in the case of the database.
function field(row, name) {
  return row[name] ?? row[name.toUpperCase()];
}

function attempt(one, index, longest) {
  const line = document.createElement('li');
  const good = /^2/.test(one.result);
  line.append(text('span', `${index + 1}: ${one.result}${one.replayed ? ', replayed' : ''}`));
  const track = document.createElement('div');
  track.className = 'track';
  const bar = document.createElement('div');
  bar.className = one.replayed ? 'bar known' : good ? 'bar good' : 'bar';
  bar.style.left = `${100 * one.startMillis / longest}%`;
  bar.style.width = `${100 * (one.endMillis - one.startMillis) / longest}%`;
  bar.title = `from ${one.startMillis} to ${one.endMillis} ms`;
  track.append(bar);
  line.append(track);
  return line;
}

function verdict(seen) {
  const place = document.getElementById('verdict');
  place.className = '';
  if (!seen.trial || !before) {
    place.textContent = '';
    return;
  }
  if (!seen.over) {
    place.textContent = 'Trying …';
    return;
  }
  const transfers = seen.transfers - before.transfers;
  const charges = seen.charges - before.charges;
  const charged = seen.trial.operation === 'CHARGE';
  const most = Math.max(transfers, charges);
  const answered = seen.attempts.some(one => /^2/.test(one.result));
  place.textContent = most > 1
      ? `Happened ${most} times` + (charged ? `: ${charges} charges, ${transfers} entries in the ledger.` : '.')
      : most === 1 && transfers === 1 ? 'Happened once' + (answered ? ', and the client knows it.' : '. The client does not know it.')
      : charges > transfers ? 'Charged, and nobody wrote it down.' : 'Did not happen.';
  place.className = most === 1 && transfers === 1 && answered ? 'good' : 'bad';
}

function show(seen) {
  const longest = Math.max(1000, ...seen.attempts.map(one => one.endMillis));
  document.getElementById('attempts').replaceChildren(...seen.attempts.map((one, index) => attempt(one, index, longest)));
  for (const name of ['transfers', 'charges', 'notices']) {
    document.getElementById(name).textContent = seen[name];
  }
  rows(document.getElementById('balances'),
      seen.balances.map(row => [field(row, 'account'), (field(row, 'cents') / 100).toFixed(2)]));
  rows(document.getElementById('records'),
      seen.records.map(row => ['name', 'route', 'state', 'status', 'attempt'].map(name => field(row, name)))
          .map(([key, ...others]) => [key.slice(0, 13), ...others]));
  verdict(seen);
  button.disabled = !seen.over;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  button.disabled = true;
  before = await (await fetch('demo/state')).json();
  const chosen = new FormData(form);
  await fetch('demo/experiments', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      operation: chosen.get('operation'),
      failure: chosen.get('failure'),
      key: chosen.get('key') === 'on',
      backoff: chosen.get('backoff') === 'on',
    }),
  });
});

let events = null;

function watch() {
  if (document.hidden) {
    events?.close();
    events = null;
  } else if (!events) {
    events = new EventSource('demo/events');
    events.onmessage = event => show(JSON.parse(event.data));
  }
}

document.addEventListener('visibilitychange', watch);
watch();
