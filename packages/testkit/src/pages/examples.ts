/** The worked examples of the specification's pages, each made from the vectors. */
import { decodeValue, fromHex, readSigned, unwrap } from "@intentcast/protocol";
import { diagnostic } from "../diagnostic.ts";
import { scenarios } from "../scenarios/all.ts";
import type { Vector } from "../vectors.ts";
import { type Legend, layOut } from "./layout.ts";

function vector(folder: string, name: string): Vector {
  const found = scenarios[folder]?.find((one) => one.case === name);
  if (found === undefined) throw new Error(`there is no vector ${folder}/${name}`);
  return found;
}

const fenced = (...lines: readonly string[]): string => ["```", ...lines, "```"].join("\n");

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(heads), `|${heads.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");
}

const code = (text: string): string => `\`${text}\``;
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Items at the gate: a value, or the code of the refusal. */
const items = (...names: readonly string[]): string =>
  table(
    ["bytes", "value or refusal", "vector"],
    names.map((name) => {
      const { bytes, expect, comment, headers } = vector("decode", name);
      const outcome = expect === "accepted" ? headers["value"] : expect.replace("decode/", "");
      return [code(hex(bytes)), code(outcome ?? ""), `[${name}](vectors/decode/${name}.txt): ${comment}`];
    }),
  );

/** What the seed of zeros gives. */
function keysOfZeros(): string {
  const intent = vector("keys", "intent-zeros-0").headers;
  const seller = vector("keys", "seller-zeros").headers;
  const rows = [
    ["intent/0/sign", intent["signer"]],
    ["intent/0/mailbox", intent["mailbox"]],
    ["intent/0/hpke", intent["hpke"]],
    ["seller/sign", seller["signer"]],
    ["the same, as a name", seller["did"]],
  ];
  return table(
    ["derived as", "public key"],
    rows.map(([name = "", value = ""]) => [name.includes("/") ? code(name) : name, code(value)]),
  );
}

const signedLegend: Legend = {
  embedded: ["0", "2"],
  notes: {
    "0": "the protected header",
    "0.0.0": "alg",
    "0.0.2": "kid",
    "0.0.3": "the author",
    "0.0.4": "typ",
    "1": "the unprotected header",
    "2": "the body",
    "3": "the signature",
  },
};

const sealedLegend: Legend = {
  embedded: ["0"],
  notes: {
    "0": "the protected header",
    "0.0.0": "alg",
    "0.0.2": "kid",
    "0.0.3": "the mailbox",
    "0.0.4": "CWT claims",
    "0.0.5.0": "exp",
    "0.0.5.2": "iat",
    "0.0.6": "typ",
    "1": "the unprotected header",
    "1.0": "ek",
    "1.1": "the encapsulated key",
    "2": "the ciphertext",
  },
};

/** A signed message with its header and its body laid out, and its id. */
const signed = (name: string): string => {
  const { bytes, headers } = vector("envelope", name);
  return fenced(layOut(bytes, signedLegend), "", `id = ${headers["id"]}`);
};

const sealed = (name: string): string => {
  const { bytes, headers } = vector("sealed", name);
  return fenced(layOut(bytes, sealedLegend), "", `id = ${headers["id"]}`);
};

/** The messages of a thread, and the phase that each leads to. */
function thread(name: string): string {
  const { bytes, headers } = vector("thread", name);
  const [intent, ...others] = unwrap(decodeValue(bytes, bytes.length)) as [
    Uint8Array,
    ...[number, Uint8Array][],
  ];
  const steps = ["open", ...(headers["steps"] ?? "").split(" ")];
  const messages = [intent, ...others.map(([, message]) => message)].map((one) => unwrap(readSigned(one)));
  const numbers = new Map(messages.map(({ id }, i) => [diagnostic(id), i]));
  return table(
    ["#", "message", "id", "`prev`", "phase"],
    messages.map(({ kind, id, body }, i) => {
      const prev = "prev" in body ? numbers.get(diagnostic(body.prev)) : undefined;
      return [`${i}`, kind, code(`${diagnostic(id).slice(2, 18)}…`), `${prev ?? ""}`, steps[i] ?? ""];
    }),
  );
}

/** A filter as it is encoded, and whether it describes the message beside it. */
function filter(name: string): string {
  const { bytes, headers, comment } = vector("filter", name);
  const [, message] = unwrap(decodeValue(bytes, bytes.length)) as [unknown, Uint8Array];
  const ofFilter = bytes.subarray(1, bytes.length - message.length - lengthOfHead(message));
  return fenced(
    layOut(ofFilter),
    "",
    `describes the ${headers["kind"]} of vector filter/${name}: ${headers["matches"]} (${comment})`,
  );
}

const lengthOfHead = ({ length }: Uint8Array): number => (length < 24 ? 1 : length < 256 ? 2 : 3);

/** Frames: the bytes, and what they say. */
const frames = (...names: readonly string[]): string =>
  table(
    ["from", "bytes", "frame"],
    names.map((name) => {
      const { bytes, headers } = vector("frame", name);
      return [headers["from"] ?? "", code(hex(bytes)), code(headers["value"] ?? "")];
    }),
  );

/** A reconciliation, frame by frame. */
function reconciliation(name: string): string {
  const { headers, comment } = vector("reconcile", name);
  const lines = Object.entries(headers)
    .filter(([header]) => /^frame\d+$/.test(header))
    .flatMap(([, frame]) => framed(frame));
  return fenced(`${comment}; the responder's items are ${headers["responder"]}`, "", ...lines);
}

function framed(frame: string): string[] {
  const rows = frame.slice(2).match(/.{1,64}/g) ?? [];
  return rows.map((row, i) => `${i === 0 ? frame[0] : " "} ${hex(fromHex(row))}`);
}

/** By the name that stands in the page. */
export const examples: Readonly<Record<string, () => string>> = {
  items: () =>
    items(
      ...[
        "map-in-array",
        "map-two",
        "integer-largest",
        "integer-above",
        "map-key-order",
        "map-key-duplicate",
      ],
      ...[
        "map-capital-key",
        "float-half-1-5",
        "null",
        "array-indefinite-empty",
        "text-overlong-two",
        "array-count-2-64",
      ],
    ),
  keys: keysOfZeros,
  "signed message": () => signed("close"),
  "sealed message": () => sealed("least"),
  thread: () => thread("receipt"),
  filter: () => filter("together"),
  frames: () =>
    frames(
      ...[
        "client-subscribe",
        "relay-caught-up",
        "client-credit",
        "relay-rejected",
        "client-unsubscribe",
        "relay-ended",
      ],
    ),
  reconciliation: () => reconciliation("initiator-empty"),
};
