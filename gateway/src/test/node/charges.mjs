// Makes charges one after the other with Stripe's own client and prints one line of JSON for each.
// Arguments: port, how many, and optionally one key for all of them and the amount they differ by.
import Stripe from 'stripe';

const [port, count, key, step] = process.argv.slice(2);
const stripe = new Stripe('sk_test_node', {
  host: '127.0.0.1',
  port,
  protocol: 'http',
  maxNetworkRetries: 5,
  timeout: 10_000,
  telemetry: false,
});

for (let i = 0; i < Number(count); i++) {
  const amount = 1000 + i * Number(step ?? 1);
  try {
    const charge = await stripe.charges.create({ amount, currency: 'eur' }, key ? { idempotencyKey: key } : {});
    console.log(JSON.stringify({
      id: charge.id,
      amount: charge.amount,
      replayed: charge.lastResponse.headers['idempotent-replayed'] ?? 'false',
    }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.type, status: error.statusCode }));
  }
}
