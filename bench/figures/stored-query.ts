/** How long a relay takes to find 500 messages among all that it has stored, and to send them. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { challengeBytes, encodeFrame, type Signed } from "@intentcast/protocol";
import { type Context, sized, startRelay, temporaryFolder } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { wireFrame } from "../harness/lean-socket.ts";
import { intents } from "../harness/messages.ts";
import { pipelined } from "../harness/publishing.ts";
import { isMessage, openAtRelay, type RelayConnection } from "../harness/relay-connection.ts";
import { median } from "../harness/statistics.ts";
import { fill, found, type Query, queries } from "../harness/stored-messages.ts";

/** Asks for what is stored, and resolves when the relay says that this was all. */
async function ask({ socket }: RelayConnection, { filter }: Query): Promise<number> {
  const over = Promise.withResolvers<void>();
  let messages = 0;
  socket.onPayload = (payload) => {
    if (isMessage(payload)) messages += 1;
    else if (payload.includes("ended")) over.resolve();
  };
  const start = performance.now();
  socket.send(wireFrame(encodeFrame(["subscribe", 1, filter, { after: 0, live: false, credit: 10_000 }])));
  await over.promise;
  if (messages !== found) throw new Error(`found ${messages} messages, and not ${found}`);
  return performance.now() - start;
}

/** Rows of the same size by their primary key, in one transaction: else each would lock the file for itself. */
function bareRows(messages: readonly Signed[], stack: AsyncDisposableStack): () => number {
  const db = new DatabaseSync(join(temporaryFolder(stack), "bare.sqlite"));
  stack.defer(() => db.close());
  db.exec("CREATE TABLE message (position INTEGER PRIMARY KEY, bytes BLOB) STRICT; BEGIN");
  const insert = db.prepare("INSERT INTO message (position, bytes) VALUES (?, ?)");
  const stride = 200;
  for (const [i, { bytes }] of messages.entries()) insert.run(i * stride, bytes);
  db.exec("COMMIT");
  const byKey = db.prepare("SELECT bytes FROM message WHERE position = ?");
  return () => {
    const start = performance.now();
    db.exec("BEGIN");
    for (let i = 0; i < found; i++) byKey.get(i * stride);
    db.exec("COMMIT");
    return performance.now() - start;
  };
}

async function prove({ socket, hello }: RelayConnection): Promise<void> {
  for (const { mailbox } of queries) {
    if (mailbox === undefined) continue;
    const { publicKey, sign } = mailbox.signer;
    const proof = encodeFrame(["authenticate", 1, publicKey, sign(challengeBytes(hello, publicKey))]);
    await pipelined(socket, [wireFrame(proof)], 1);
  }
}

export const storedQuery: Figure = {
  name: "stored-query",
  title: "Stored messages, 500 of many",
  async prepare(context: Context, stack) {
    const stored = sized(context, context.storedMessages, Math.min(context.storedMessages, 10_000));
    const relay = await startRelay(context, stack);
    await fill(relay, { ...context, storedMessages: stored });
    const bare = bareRows(intents(found), stack);
    const times = sized(context, 200, 2);
    const connection = await openAtRelay(relay, stack);
    await prove(connection);

    return async () => {
      const samples: Sample[] = [];
      for (const query of queries) {
        context.progress(query.what);
        const tookMs: number[] = [];
        const bareMs: number[] = [];
        // One that takes seconds is not repeated until everybody is tired of it.
        const until = performance.now() + 10_000;
        while (tookMs.length < times && (tookMs.length === 0 || performance.now() < until)) {
          bareMs.push(bare());
          tookMs.push(await ask(connection, query));
        }
        samples.push({
          what: `${found} of ${stored.toLocaleString("en")} ${query.what}`,
          value: median(tookMs),
          unit: "ms",
          against: { name: "the same rows by primary key", value: median(bareMs) },
        });
      }
      return samples;
    };
  },
};
