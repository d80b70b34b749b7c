/** The physical limits: one signature, one commit, one frame, by the same parts of the machine and with nothing around them. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Signed, toBase64url } from "@intentcast/protocol";
import { nativeEquation } from "../../packages/relay/src/adapters/native-equation.ts";
import { spent } from "./child.ts";
import { type Context, sized, startBareServer, temporaryFolder } from "./context.ts";
import { LeanSocket, wireFrame } from "./lean-socket.ts";
import { nodeSigner } from "./node-signer.ts";
import { pipelinedOver } from "./publishing.ts";

/** How fast, and what a thousand cost in CPU seconds of one core. */
export type Speed = { readonly perSecond: number; readonly cpuPerThousand: number };

/** Does the work over and over for so long, in this process. */
export function speedOf(work: () => void, durationMs: number): Speed {
  // Until the compiler has had its time.
  for (const warm = performance.now(); performance.now() - warm < durationMs / 3; ) work();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < durationMs; count += 8) for (let i = 0; i < 8; i++) work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: (count * 1000) / (performance.now() - start),
    cpuPerThousand: (user + system) / 1e3 / count,
  };
}

/** Ed25519 by node:crypto with a key that is ready, and by the relay's verifier, which is libsodium's where it is installed. */
export async function verifySpeeds(
  context: Context,
): Promise<{ readonly raw: Speed; readonly equation: Speed }> {
  const equation = await nativeEquation();
  const durationMs = sized(context, 1000, 150);
  const signer = nodeSigner(new Uint8Array(32).fill(1));
  const data = new Uint8Array(600).fill(2);
  const signature = signer.sign(data);
  const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(signer.publicKey) };
  const key: KeyObject = createPublicKey({ key: jwk, format: "jwk" });
  return {
    raw: speedOf(() => verify(null, data, key, signature), durationMs),
    equation: speedOf(() => equation(signature, data, signer.publicKey), durationMs),
  };
}

/** Rows of messages in node:sqlite with synchronous=FULL and three indexes, so many to a commit. */
export async function commitSpeed(
  context: Context,
  messages: readonly Signed[],
  group: number,
): Promise<Speed> {
  await using stack = new AsyncDisposableStack();
  const db = new DatabaseSync(join(temporaryFolder(stack), "bare.sqlite"));
  stack.defer(() => db.close());
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE message (position INTEGER PRIMARY KEY, id BLOB UNIQUE, author BLOB, expires INTEGER, bytes BLOB) STRICT;
    CREATE INDEX message_author ON message (author);
    CREATE INDEX message_expires ON message (expires);
  `);
  const insert = db.prepare("INSERT INTO message (id, author, expires, bytes) VALUES (?, ?, ?, ?)");
  const rows = messages.slice(0, sized(context, group === 1 ? 4000 : 16_000, 512));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  for (let at = 0; at < rows.length; at += group) {
    db.exec("BEGIN IMMEDIATE");
    for (const { id, author, body, bytes } of rows.slice(at, at + group)) {
      insert.run(id, author, body.issued, bytes);
    }
    db.exec("COMMIT");
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: (rows.length * 1000) / (performance.now() - start),
    cpuPerThousand: (user + system) / 1e3 / rows.length,
  };
}

/** Frames of the size of messages to the bare WebSocket server and an answer to each; its CPU time, not ours. */
export async function echoSpeed(
  context: Context,
  messages: readonly Signed[],
  connections: number,
  window: number,
): Promise<Speed> {
  await using stack = new AsyncDisposableStack();
  const server = await startBareServer(stack);
  const sockets = await Promise.all(Array.from({ length: connections }, () => LeanSocket.open(server.port)));
  for (const socket of sockets) stack.use(socket);
  const count = sized(context, window === 1 ? 6000 : 24_000, 500);
  const frames = Array.from({ length: count }, (_, i) =>
    wireFrame((messages[i % messages.length] as Signed).bytes),
  );
  const { cpuSeconds, seconds } = await spent(server, () => pipelinedOver(sockets, frames, window, () => {}));
  return { perSecond: count / seconds, cpuPerThousand: (cpuSeconds * 1000) / count };
}
