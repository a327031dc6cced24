// Makes two charges, as `reprise check-client` asks for, with Stripe's own client.
import Stripe from 'stripe';

const { hostname, port } = new URL(process.env.REPRISE_URL);
const stripe = new Stripe('sk_test_node', {
  host: hostname,
  port,
  protocol: 'http',
  maxNetworkRetries: 4,
  telemetry: false,
});

for (const description of ['operation-1', 'operation-2']) {
  await stripe.charges.create({ amount: 1000, currency: 'eur', description }).catch((error) => console.log(error.type));
}
