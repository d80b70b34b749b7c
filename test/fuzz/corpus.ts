/** What mutants are made of: every vector of the specification, and the sample feeds of the seller's tests. */
import { readdirSync, readFileSync } from "node:fs";
import { decodeValue, unwrap } from "@intentcast/protocol";
import { readVectors, type Vector } from "@intentcast/testkit";

/** Vectors by stage. */
export const vectorsOf = (stage: string): readonly Vector[] => readVectors(stage);

export const bytesOf = (...stages: readonly string[]): readonly Uint8Array[] =>
  stages.flatMap((stage) => readVectors(stage).map(({ bytes }) => bytes)).filter(({ length }) => length > 0);

/** Single items of CBOR, good and bad. */
export const items = bytesOf("decode", "filter", "deal");

/** Signed messages, good and bad. */
export const signedMessages = bytesOf("envelope", "validate");

/** Sealed messages, good and bad. */
export const sealedMessages = bytesOf("sealed", "open");

type Bundle = { readonly messages: readonly Uint8Array[] };

/** Deals that prove themselves or do not, as the lists of their messages. */
export const deals: readonly (readonly Uint8Array[])[] = bytesOf("deal").flatMap((bytes) => {
  const bundle = decodeValue(bytes, bytes.length);
  const { messages } = (bundle.ok ? bundle.value : {}) as Partial<Bundle>;
  const isDeal = Array.isArray(messages) && messages.every((one) => one instanceof Uint8Array);
  return isDeal && messages.length > 1 ? [messages] : [];
});

/** Pairs of a filter and the message that it is asked about. */
export const filterPairs = readVectors("filter").flatMap(({ bytes }) => {
  const pair = decodeValue(bytes, bytes.length);
  return pair.ok && Array.isArray(pair.value) ? [pair.value as [unknown, Uint8Array]] : [];
});

const feedFolder = new URL("../../packages/seller-client/test/feeds/", import.meta.url);
const exampleFeed = new URL("../../examples/products.csv", import.meta.url);

/** The sample feeds, by name. */
export const feeds: ReadonlyMap<string, Uint8Array> = new Map([
  ...readdirSync(feedFolder).map((name): [string, Uint8Array] => [
    name,
    readFileSync(new URL(name, feedFolder)),
  ]),
  ["products.csv", readFileSync(exampleFeed)],
]);

/** Those that are JSON, parsed. */
export const jsonFeeds: readonly unknown[] = [...feeds]
  .filter(([name]) => name.endsWith(".json"))
  .map(([, bytes]) => JSON.parse(Buffer.from(bytes).toString("utf8")));

/** The value of bytes that are known to be of the profile. */
export const itemOf = (bytes: Uint8Array): unknown => unwrap(decodeValue(bytes, bytes.length));
