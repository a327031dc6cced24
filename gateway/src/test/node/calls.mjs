// Calls SDKs as their users do, all at the same time, and prints a line for each: what its user has seen, in order.
// Arguments: the amounts to create, one after the other with the same key, as in 7,8; then NAME=PORT for each SDK.
import { sdks, told } from './sdks.mjs';

const [amounts, ...places] = process.argv.slice(2);

/** What the user sees. One who gets no answer calls again with the same key, as the SDK did not. */
async function seen(call, amount, second = '') {
  try {
    return second + (await call('key-of-the-caller', amount));
  } catch (error) {
    const saw = told(error);
    if (saw === 'no answer' && !second) {
      return seen(call, amount, 'second call: ');
    }
    // PayPal's has the text of the answer beside its message.
    return `${second}${saw} ${error.message} ${typeof error.body === 'string' ? error.body : ''}`;
  }
}

await Promise.all(
  places.map(async (place) => {
    const [name, port] = place.split('=');
    const call = await sdks[name](port);
    const all = [];
    for (const amount of amounts.split(',')) {
      all.push(await seen(call, Number(amount)));
    }
    console.log(`${name} | ${all.join(' | ')}`.replaceAll('\n', ' '));
  }),
);
// Some keep their connections open for a while.
process.exit();
