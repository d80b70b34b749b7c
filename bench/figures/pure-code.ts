/** The pure code by itself: how often a second of one core does each step, beside the primitive that it cannot do without. */
import { createHash } from "node:crypto";
import {
  decodeClientFrame,
  decodeRelayFrame,
  decodeValue,
  encodeFrame,
  encodeValue,
  type Filter,
  matches,
  openSealed,
  readMessage,
  type Signed,
  sealMessage,
  threadMailbox,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { Decoder, Encoder } from "cbor-x";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import { speedOf, verifySpeeds } from "../harness/baselines.ts";
import { type Context, sized } from "../harness/context.ts";
import type { Baseline, Figure, Sample } from "../harness/figure.ts";
import { intents } from "../harness/messages.ts";
import { nodeSigner } from "../harness/node-signer.ts";
import { seededBytes } from "../harness/seeded-bytes.ts";

const unit = "a CPU-s";

/** Filters that a shop has: the first ends at the category, the second at the place, the third at the words. */
const filters: readonly Filter[] = [
  { kinds: ["intent"], categories: ["shopify/999"], places: ["geohash/9"] },
  { kinds: ["intent"], categories: ["shopify"], places: ["geohash/7"] },
  { kinds: ["intent"], categories: ["shopify"], words: { all: ["stroller", "carbon"] } },
];

/** Sealing and opening, which are promises: one after the other, until the time is up. */
async function promisesPerCpuSecond(work: () => Promise<unknown>, durationMs: number): Promise<number> {
  await work();
  const before = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < durationMs; count++) await work();
  const { user, system } = process.cpuUsage(before);
  return (count * 1e6) / (user + system);
}

function noteTo(mailbox: Uint8Array): Signed<"note"> {
  const bytes = seededBytes("note");
  const body = {
    nonce: bytes(16),
    issued: 1,
    thread: bytes(32),
    prev: bytes(32),
    to: mailbox,
    text: "Hello",
  };
  return unwrap(writeMessage("note", body, nodeSigner(bytes(32))));
}

export const pureCode: Figure = {
  name: "pure-code",
  title: "The pure code",
  async prepare(context: Context) {
    const durationMs = sized(context, 1000, 100);
    const messages = intents(512);
    const bodies = messages.map(({ body }) => encodeValue(body));
    const texts = messages.map(({ body }) =>
      JSON.stringify(body, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
      ),
    );
    const categories = messages.map(({ body }) => body.want[0]?.category);
    const byCategory = new Map(categories.map((category, i) => [category, i]));
    const published = messages.map(({ bytes }) => encodeFrame(["publish", 1, bytes]));
    const delivered = messages.map(({ bytes }) => encodeFrame(["message", 1, 1, bytes]));
    const general = {
      encoder: new Encoder({ useRecords: false }),
      decoder: new Decoder({ mapsAsObjects: true }),
    };
    const mailbox = threadMailbox(new Uint8Array(32).fill(1), new Uint8Array(32));
    const note = noteTo(mailbox.signer.publicKey);
    const seal = () =>
      sealMessage(
        note,
        { mailbox: mailbox.signer.publicKey, key: mailbox.key },
        { issued: 1, expires: 2 },
        (length) => crypto.getRandomValues(new Uint8Array(length)),
      );
    const sealed = await seal();
    const signer = nodeSigner(new Uint8Array(32).fill(2));

    /** One call for each of a list, over and over; a second of CPU time is what a core gives, whoever else is here. */
    function rate<T>(list: readonly T[], work: (one: T) => unknown): number {
      let at = 0;
      const speed = speedOf(() => work(list[at++ % list.length] as T), durationMs);
      return 1000 / speed.cpuPerThousand;
    }

    return async () => {
      const samples: Sample[] = [];
      const add = (what: string, value: number, against?: Baseline): void => {
        context.progress(what);
        samples.push({ what, value, unit, ...(against && { against }) });
      };
      const { raw, equation } = await verifySpeeds(context);
      const verify = { name: "bare native verify", value: 1000 / raw.cpuPerThousand };
      const sha = {
        name: "SHA-256 of the message",
        value: rate(messages, ({ bytes }) => createHash("sha256").update(bytes).digest()),
      };
      const parse = { name: "JSON.parse of the same body", value: rate(texts, (text) => JSON.parse(text)) };
      const cborDecode = { name: "cbor-x", value: rate(bodies, (body) => general.decoder.decode(body)) };
      const cborEncode = {
        name: "cbor-x",
        value: rate(messages, ({ body }) => general.encoder.encode(body)),
      };
      const lookUp = {
        name: "one look-up in a Map",
        value: rate(categories, (category) => byCategory.get(category)),
      };
      const copy = { name: "copy of the frame", value: rate(published, (frame) => new Uint8Array(frame)) };

      add(
        "decode a body",
        rate(bodies, (body) => decodeValue(body, 16_384)),
        cborDecode,
      );
      add(
        "decode a body, beside JSON",
        rate(bodies, (body) => decodeValue(body, 16_384)),
        parse,
      );
      add(
        "encode a body",
        rate(messages, ({ body }) => encodeValue(body)),
        cborEncode,
      );
      add("the relay's verifier", 1000 / equation.cpuPerThousand, verify);
      add(
        "read a message, native",
        rate(messages, ({ bytes }) => readMessage(bytes, nodeEquation)),
        verify,
      );
      add(
        "read a message, portable",
        rate(messages, ({ bytes }) => readMessage(bytes)),
        verify,
      );
      add(
        "read a message, verified before",
        rate(messages, ({ bytes }) => readMessage(bytes, () => true)),
        sha,
      );
      add(
        "write a message, native signer",
        rate(messages, ({ body }) => writeMessage("intent", body, signer)),
        { name: "bare native sign", value: rate(messages, ({ bytes }) => signer.sign(bytes)) },
      );
      for (const [i, filter] of filters.entries()) {
        const ends = ["category", "place", "words"][i];
        add(
          `match, decided by ${ends}`,
          rate(messages, (message) => matches(filter, message)),
          lookUp,
        );
      }
      add("decode a publish frame", rate(published, decodeClientFrame), copy);
      add("decode a message frame", rate(delivered, decodeRelayFrame), copy);
      add(
        "encode a message frame",
        rate(messages, ({ bytes }) => encodeFrame(["message", 1, 1, bytes])),
        copy,
      );
      add("seal a note", await promisesPerCpuSecond(seal, durationMs), verify);
      add(
        "open a note, portable",
        await promisesPerCpuSecond(() => openSealed(sealed, mailbox), durationMs),
        verify,
      );
      add(
        "open a note, native",
        await promisesPerCpuSecond(() => openSealed(sealed, mailbox, nodeEquation), durationMs),
        verify,
      );
      return samples;
    };
  },
};
