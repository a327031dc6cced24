#!/bin/sh
# A used idempotency key with another body, at the ingress of Restate.
#
# Guess:  another body under a used key is refused, as Stripe and the draft of the IETF have it; and "k" in quotation marks, as that
#         draft writes a key, is the key k.
# Seen:   restate-server 1.7.12 with its SDK 1.17.2: a request for another amount gets 200 and the result of the first one, which says the
#         first amount; nothing is executed, and nothing says so but the field idempotency-expires, which every replay has. After a
#         terminal error, any body under that key gets that error. The quoted key is another key, and is executed.
# Matters: a caller whose key is not as unique as it believes takes another payment's receipt for its own. A client that is changed to
#         the syntax of the draft between two attempts pays twice.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true, "type": "module"}' > package.json
npm install --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error @restatedev/restate-server@1.7.12 @restatedev/restate-sdk@1.17.2 \
    > install.log 2>&1 || { cat install.log; exit 1; }
cat > service.mjs <<'J'
// The SDK is made for Node 22, which has this.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
const { TerminalError, serve, service } = await import('@restatedev/restate-sdk');

let executed = 0;
const charge = async (context, { amount }) => {
  executed++;
  if (amount < 0) throw new TerminalError('refused', { errorCode: 402 });
  return { payment: executed, amount };
};
serve({ services: [service({ name: 'payments', handlers: { charge } })], port: Number(process.argv[2]) });
J
ports=$(python3 -c 'import socket
s = [socket.socket() for _ in range(4)]
for one in s: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in s])')
set -- $ports
RESTATE_INGRESS__BIND_ADDRESS=127.0.0.1:$1 RESTATE_ADMIN__BIND_ADDRESS=127.0.0.1:$2 RESTATE_BIND_ADDRESS=127.0.0.1:$3 RESTATE_DEFAULT_NUM_PARTITIONS=1 \
  "$(ls node_modules/@restatedev/restate-server-*/bin/restate-server)" --base-dir "$work/data" --node-name node > server.log 2>&1 &
server=$!
node --no-warnings service.mjs "$4" > service.log 2>&1 &
service=$!
trap 'kill $service $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
for attempt in $(seq 100); do
  curl -sf -o deployed -H 'Content-Type: application/json' -d "{\"uri\": \"http://127.0.0.1:$4\"}" "http://127.0.0.1:$2/deployments" 2>/dev/null && break
  kill -0 $server && sleep 0.3
done
ask() {
  answer=$(curl -s -m 20 -w ' %{http_code}' -H 'Content-Type: application/json' -H "Idempotency-Key: $1" -d "{\"amount\": $2}" "http://127.0.0.1:$ingress/payments/charge")
  echo "key $1, amount $2: $answer"
}
ingress=$1
{
  ask k 100
  ask k 100
  ask k 200
  ask '"k"' 100
  ask e -1
  ask e 300
} | tee out
diff - out <<'T'
key k, amount 100: {"payment":1,"amount":100} 200
key k, amount 100: {"payment":1,"amount":100} 200
key k, amount 200: {"payment":1,"amount":100} 200
key "k", amount 100: {"payment":2,"amount":100} 200
key e, amount -1: {"code":402,"message":"refused","source":"invocation"} 402
key e, amount 300: {"code":402,"message":"refused","source":"invocation"} 402
T
echo "As described."
