import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryJournal } from "@intentcast/journal";
import { seedToWords } from "@intentcast/protocol";
import { startRelay } from "@intentcast/relay";
import { fixedClock, seededRandom } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { type Offered, openBuyer } from "../src/index.ts";
import { recordingSocket } from "./recording-socket.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const clock = fixedClock(1_800_000_000);

/** Whether bytes occur anywhere in one of the pieces. */
const occursIn = (pieces: readonly Uint8Array[], wanted: string | Uint8Array): boolean =>
  pieces.some((piece) => Buffer.from(piece).includes(Buffer.from(wanted)));

/** Every file in a folder, whole. */
const filesIn = async (folder: string): Promise<readonly Uint8Array[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name))));
};

test("neither the wire nor the relay's files nor the log hold what is said under seal, or a key", async () => {
  const data = await mkdtemp(join(tmpdir(), "intentcast-privacy-"));
  const seed = seededRandom("privacy")(32);
  const { open: socket, frames } = recordingSocket();
  const logged: string[] = [];
  const log = (event: string, fields: object) => logged.push(JSON.stringify({ event, ...fields }));
  try {
    const relay = await startRelay({ port: 0, data, clock });
    const seller = new ScriptedSeller(relay.url, 1, clock, socket);
    const journal = memoryJournal();
    const buyer = await openBuyer({ seed, relays: [relay.url], journal, clock, socket, log });

    const want = [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }];
    const cast = await buyer.cast({ want, note: "canary-in-the-open" });
    const intent = await seller.hear();
    await seller.offer(intent, 18_900, { seller: "canary-seller", note: "canary-offer" });
    const offered = (await cast.offers().next()).value as Offered;
    await cast.counter(offered, { total: 1 }, { note: "canary-counter" });
    await seller.receive(intent);
    const purchase = await cast.award(offered, {
      disclosure: { name: "canary-name", email: "canary@buyer.example" },
      note: "canary-award",
    });
    const award = await seller.receive(intent);
    await seller.order(intent, award, 18_900);
    await purchase.ordered();
    await purchase.note("canary-note");
    await seller.receive(intent);

    await buyer[Symbol.asyncDispose]();
    await seller[Symbol.asyncDispose]();
    await relay.stop();
    const files = await filesIn(data);

    // What is not secret is found, so that finding nothing means something.
    expect(occursIn(frames, "canary-in-the-open")).toBe(true);
    expect(occursIn(files, "canary-in-the-open")).toBe(true);
    const secrets = [
      ...["canary-seller", "canary-offer", "canary-counter", "canary-name", "canary@buyer.example"],
      ...["canary-award", "canary-note", "C-1001", seedToWords(seed)],
      ...[seed, seller.signer.publicKey],
    ];
    const found = secrets.filter((secret) =>
      occursIn([...frames, ...files, Buffer.from(logged.join())], secret),
    );
    expect(found).toEqual([]);
  } finally {
    await rm(data, { recursive: true });
  }
});
