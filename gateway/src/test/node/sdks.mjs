// One call of each SDK, by its public interface: create one thing, with a key of the caller's. Used by calls.mjs, and by a script in
// findings/. Each connects to a port of this machine, and gives back the id that the service has put into its answer.
// A call without a key leaves it to the SDK whether to make one.
import https from 'node:https';
import net from 'node:net';

const at = (port, path = '') => `http://127.0.0.1:${port}${path}`;

/** For SDKs that speak nothing but TLS: they connect to the port instead, without it. */
function plainly(port, Agent = https.Agent) {
  const agent = new Agent();
  agent.createConnection = () => net.connect(port, '127.0.0.1');
  return agent;
}

/** The same where an SDK makes its agent itself. */
function makingItsAgent(port, work) {
  const { Agent } = https;
  https.Agent = function () {
    return plainly(port, Agent);
  };
  try {
    return work();
  } finally {
    https.Agent = Agent;
  }
}

async function stripe(port) {
  const { default: Stripe } = await import('stripe');
  return new Stripe('sk_test_node', { host: '127.0.0.1', port, protocol: 'http', telemetry: false });
}

export const sdks = {
  async stripe(port) {
    const client = await stripe(port);
    return async (key, amount) =>
      (await client.charges.create({ amount, currency: 'eur' }, key ? { idempotencyKey: key } : {})).id;
  },

  async 'stripe-delete'(port) {
    const client = await stripe(port);
    return async (key, amount) => (await client.customers.del(`cus_${amount}`, {}, { idempotencyKey: key })).id;
  },

  async 'modern-treasury'(port) {
    const { default: ModernTreasury } = await import('modern-treasury');
    const client = new ModernTreasury({ apiKey: 'k', organizationID: 'o', baseURL: at(port) });
    return async (key, amount) =>
      (await client.paymentOrders.create(
        { amount, direction: 'credit', originating_account_id: 'a', type: 'ach' },
        { idempotencyKey: key },
      )).id;
  },

  async increase(port) {
    const { default: Increase } = await import('increase');
    const client = new Increase({ apiKey: 'k', baseURL: at(port) });
    return async (key, amount) => (await client.accounts.create({ name: `${amount}` }, { idempotencyKey: key })).id;
  },

  // These three drop the option idempotencyKey, so the key is given as a field.
  async lithic(port) {
    const { default: Lithic } = await import('lithic');
    const client = new Lithic({ apiKey: 'k', baseURL: at(port) });
    return async (key, amount, options = field(key)) =>
      (await client.cards.create({ type: 'VIRTUAL', spend_limit: amount }, options)).id;
  },

  async openai(port) {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: 'k', baseURL: at(port, '/openai') });
    return async (key, amount, options = field(key)) =>
      (await client.chat.completions.create(
        { model: 'm', messages: [{ role: 'user', content: `${amount}` }] },
        options,
      )).id;
  },

  async anthropic(port) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic({ apiKey: 'k', baseURL: at(port, '/anthropic') });
    return async (key, amount, options = field(key)) =>
      (await client.messages.create(
        { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: `${amount}` }] },
        options,
      )).id;
  },

  async cloudflare(port) {
    const { default: Cloudflare } = await import('cloudflare');
    const client = new Cloudflare({ apiToken: 'k', baseURL: at(port, '/cloudflare') });
    return async (key, amount, options = field(key)) =>
      (await client.zones.create({ account: { id: 'a' }, name: `${amount}.example`, type: 'full' }, options)).id;
  },

  async square(port) {
    const { SquareClient } = await import('square');
    const client = new SquareClient({ token: 'k', baseUrl: at(port, '/square') });
    return async (key, amount) =>
      (await client.payments.create({
        sourceId: 's',
        idempotencyKey: key ?? 'k',
        amountMoney: { amount: BigInt(amount), currency: 'EUR' },
      })).payment.id;
  },

  async gocardless(port) {
    const { default: gocardless } = await import('gocardless-nodejs');
    const client = gocardless('k', 'live', { proxy: { https: plainly(port) } });
    return async (key, amount) => (await client.payments.create({ amount: `${amount}`, currency: 'EUR' }, key)).id;
  },

  async adyen(port) {
    const { Client, CheckoutAPI } = (await import('@adyen/api-library')).default;
    const client = new Client({ apiKey: 'k', environment: 'TEST' });
    const http = client.httpClient;
    const createRequest = http.createRequest.bind(http);
    http.createRequest = (...call) => makingItsAgent(port, () => createRequest(...call));
    return async (key, amount) =>
      (await new CheckoutAPI(client).PaymentsApi.payments(
        { amount: { currency: 'EUR', value: amount }, merchantAccount: 'm', reference: 'r', returnUrl: 'https://shop.example' },
        key ? { idempotencyKey: key } : {},
      )).pspReference;
  },

  async mollie(port) {
    const { createMollieClient } = await import('@mollie/api-client');
    const client = makingItsAgent(port, () =>
      createMollieClient({ apiKey: 'test_abcdefghijklmnopqrstuvwxyz12345', apiEndpoint: 'https://127.0.0.1/mollie/' }),
    );
    return async (key, amount) =>
      (await client.payments.create({
        amount: { currency: 'EUR', value: `${amount}.00` },
        description: 'd',
        redirectUrl: 'https://shop.example',
        idempotencyKey: key,
      })).id;
  },

  async workos(port) {
    const { WorkOS } = await import('@workos-inc/node');
    const client = new WorkOS('k', { apiHostname: '127.0.0.1', port: Number(port), https: false });
    return async (key, amount) =>
      (await client.organizations.createOrganization({ name: `${amount}` }, key ? { idempotencyKey: key } : {})).id;
  },

  async paypal(port) {
    const { Client, OrdersController } = await import('@paypal/paypal-server-sdk');
    const client = new Client({
      httpClientOptions: { httpsAgent: plainly(port) },
      clientCredentialsAuthCredentials: {
        oAuthClientId: 'c',
        oAuthClientSecret: 's',
        oAuthToken: { accessToken: 't', tokenType: 'Bearer' },
      },
    });
    return async (key, amount) =>
      (await new OrdersController(client).createOrder({
        paypalRequestId: key,
        body: { intent: 'CAPTURE', purchaseUnits: [{ amount: { currencyCode: 'EUR', value: `${amount}.00` } }] },
      })).result.id;
  },

  async ec2(port) {
    const { EC2Client, RunInstancesCommand } = await import('@aws-sdk/client-ec2');
    const client = new EC2Client({
      endpoint: at(port),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    });
    return async (key, amount) =>
      (await client.send(
        new RunInstancesCommand({ ImageId: 'ami', MinCount: amount, MaxCount: amount, ClientToken: key }),
      )).ReservationId;
  },
};

function field(key) {
  return key ? { headers: { 'Idempotency-Key': key } } : {};
}

/** What the user of an SDK sees of an error. */
export function told(error) {
  const status = error.statusCode ?? error.status ?? error.$metadata?.httpStatusCode ?? error.response?.statusCode;
  return status ? `${status}` : 'no answer';
}
