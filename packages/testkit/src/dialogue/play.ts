/** Plays a dialogue against a relay: sends what clients send, and holds what the relay says to what it must say. */
import {
  type ClientFrame,
  challengeBytes,
  decodeRelayFrame,
  encodeFrame,
  equalBytes,
  signerFromSeed,
  unwrap,
} from "@intentcast/protocol";
import { type Dialogue, formatLine, type Line } from "./dialogue.ts";
import { any, isPlain, Proof, Variable, writeNotation } from "./notation.ts";

/** One connection of a client to the relay. */
export type DialogueConnection = {
  readonly send: (data: Uint8Array | string) => void;
  /** The next frame of the relay's; rejects when there comes none. */
  readonly next: () => Promise<Uint8Array>;
  /** How the connection ended, with the frames that nobody took. */
  readonly closed: () => Promise<{ readonly code: number; readonly left: readonly Uint8Array[] }>;
  readonly close: () => void;
};

/** The relay under test, and its clock. */
export type DialogueRelay = {
  readonly connect: () => Promise<DialogueConnection>;
  readonly setClock: (now: number) => void;
  readonly restart: () => Promise<void>;
  /** Begins to shut down, and does not wait for the end. */
  readonly shutDown: () => void;
};

/** Resolves when every line came true; rejects with the line that did not. */
export async function playDialogue({ lines }: Dialogue, relay: DialogueRelay): Promise<void> {
  const stage = { relay, clients: new Map<string, DialogueConnection>(), values: new Map<string, unknown>() };
  for (const [i, line] of lines.entries()) {
    await play(line, stage).catch((error: unknown) => {
      throw new Error(`line ${i + 1}, ${shortened(formatLine(line))}: ${(error as Error).message}`);
    });
  }
}

type Stage = {
  readonly relay: DialogueRelay;
  readonly clients: Map<string, DialogueConnection>;
  readonly values: Map<string, unknown>;
};

async function play(line: Line, { relay, clients, values }: Stage): Promise<void> {
  const client = (name: string): DialogueConnection => {
    const connection = clients.get(name);
    if (connection === undefined) throw new Error("no such client");
    return connection;
  };
  switch (line.does) {
    case "open":
      clients.set(line.client, await relay.connect());
      return;
    case "close":
      client(line.client).close();
      return;
    case "send":
      client(line.client).send(encodeFrame(filledIn(line.frame, values) as ClientFrame));
      return;
    case "send-bytes":
      client(line.client).send(line.bytes);
      return;
    case "send-text":
      client(line.client).send(line.text);
      return;
    case "hear": {
      const frame = unwrap(decodeRelayFrame(await client(line.client).next()));
      if (!fits(line.frame, frame, values)) throw new Error(`heard ${shortened(writeNotation(frame))}`);
      return;
    }
    case "be-closed": {
      const { code, left } = await client(line.client).closed();
      if (code !== line.code || left.length > 0)
        throw new Error(`closed with ${code}, ${left.length} frames unheard`);
      return;
    }
    case "set-clock":
      relay.setClock(line.now);
      return;
    case "restart":
      await relay.restart();
      return;
    case "shut-down":
      relay.shutDown();
      return;
  }
}

/** The value with what its variables and proofs stand for. */
function filledIn(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (value instanceof Variable) {
    if (!values.has(value.name)) throw new Error(`nothing is known of $${value.name}`);
    return values.get(value.name);
  }
  if (value instanceof Proof) {
    const signer = signerFromSeed(value.seed);
    const [name, challenge] = [value.relay, value.challenge].map((part) => filledIn(part, values));
    const identity = { name: name as string, challenge: challenge as Uint8Array };
    return signer.sign(challengeBytes(identity, signer.publicKey));
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, values));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, values)]));
}

/** Whether a value is as it must be; what is new by a name is remembered by it. */
function fits(expected: unknown, actual: unknown, values: Map<string, unknown>): boolean {
  if (expected === any) return true;
  if (expected instanceof Variable) {
    if (values.has(expected.name)) return fits(values.get(expected.name), actual, values);
    values.set(expected.name, actual);
    return true;
  }
  if (expected instanceof Uint8Array) return actual instanceof Uint8Array && equalBytes(expected, actual);
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => fits(item, actual[i], values))
    );
  if (!isPlain(expected)) return expected === actual;
  const keys = Object.keys(expected);
  return (
    isPlain(actual) &&
    Object.keys(actual).length === keys.length &&
    keys.every((key) => Object.hasOwn(actual, key) && fits(expected[key], actual[key], values))
  );
}

const shortened = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 400)}…`);
