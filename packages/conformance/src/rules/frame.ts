/** Frames that cannot be read: each has its code and ends the connection with its own close code. */
import { concatBytes, encodeFrame, encodeValue, fromHex, toHex } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { describeFrame } from "../describe.ts";
import { expect, NotExercised } from "../finding.ts";
import { newClose } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";
import { type FrameCase, framesIn } from "../vectors.ts";

const spec = "08-relay-protocol.md#1-connection";

async function endsWith(caller: Caller, closeCode: number, what: string): Promise<void> {
  const { code } = await caller.inbox.closed(`the end of the connection after ${what}`);
  expect(code === closeCode, `close code ${closeCode} after ${what}`, `close code ${code}`);
}

/** Sends what cannot be read, on a connection of its own. */
async function refuses(
  trial: Trial,
  what: string,
  data: Uint8Array | string,
  code: string,
  closeCode: number,
): Promise<void> {
  const caller = await trial.connect();
  caller.sendRaw(data);
  await caller.complaint(`frame/${code}`, what);
  await endsWith(caller, closeCode, what);
}

const speaksBinary: Rule = {
  id: "frame/not-binary",
  says: "A text message is refused with frame-not-binary, and the connection closed with 1003.",
  spec,
  check: (trial) => refuses(trial, "a text message", '["publish",1,""]', "frame-not-binary", 1003),
};

/** Bytes around the message in a frame of some thousand bytes: those of the array, of the name, the ref and a length. */
const around = encodeFrame(["publish", 1, new Uint8Array(1000)]).length - 1000;

/** A `publish` of zeros that makes a frame of so many bytes. */
const publishOf = (length: number): Uint8Array =>
  encodeFrame(["publish", 1, new Uint8Array(length - around)]);

const boundsFrames: Rule = {
  id: "frame/too-large",
  says: "A frame of limits.frame bytes is read; a larger one is refused with frame-too-large and closes with 1009.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { frame } = trial.limits;
    if (frame < 1000) throw new NotExercised(`limits.frame is ${frame}, too small for a message`);
    caller.sendRaw(publishOf(frame));
    const answer = await caller.answer(1, `an answer to a frame of ${frame} bytes`);
    expect(answer[0] === "rejected", "zeros rejected as a message", "accepted");
    caller.sendRaw(publishOf(frame + 1));
    const what = `a frame of ${frame + 1} bytes`;
    const { code } = await caller.inbox.closed(`the end of the connection after ${what}`);
    expect(code === 1009, `close code 1009 after ${what}`, `close code ${code}`);
    // Without a word it is allowed, but not with another one.
    if (caller.inbox.unread(() => true).length > 0) await caller.complaint("frame/frame-too-large", what);
  },
};

/** Of a frame that would be right but for one thing. */
const subscription = (filter: unknown, options: unknown = { live: true, credit: 1 }): Uint8Array =>
  encodeValue(["subscribe", 1, filter, options]);

/** The name of a frame as an item. */
const unsubscribe = toHex(encodeValue("unsubscribe"));

const malformed: readonly (readonly [what: string, frame: Uint8Array])[] = [
  ["an empty message", new Uint8Array(0)],
  ["bytes that are no CBOR", fromHex("ffff")],
  ["a frame and a byte more", concatBytes(encodeFrame(["unsubscribe", 1]), fromHex("00"))],
  ["a number that is not in its shortest form", fromHex(`82${unsubscribe}1801`)],
  ["an array of indefinite length", fromHex(`9f${unsubscribe}01ff`)],
  ["a floating-point number", fromHex(`82${unsubscribe}f93c00`)],
  ["a map", encodeValue({ name: "unsubscribe", subscription: 1 })],
  ["an array whose first is no name", encodeValue([1, "unsubscribe"])],
  ["a frame with a part too few", encodeValue(["publish", 1])],
  ["a frame with a part too many", encodeValue(["unsubscribe", 1, 2])],
  ["a frame with a part of another type", encodeValue(["publish", "1", new Uint8Array(1)])],
  ["a negative number", encodeValue(["unsubscribe", -1])],
  ["credit above its bound", subscription({}, { live: true, credit: 1_000_001 })],
  ["an option that there is not", subscription({}, { live: true, credit: 1, before: 3 })],
  ["a missing option", subscription({}, { credit: 1 })],
  ["a signature of 63 bytes", encodeValue(["authenticate", 1, new Uint8Array(32), new Uint8Array(63)])],
];

const knowsTheForm: Rule = {
  id: "frame/malformed",
  says: "Bytes that are not the wire profile or not the array of their name are refused with frame-malformed, and close with 1002.",
  spec,
  check: async (trial) => {
    for (const [what, frame] of malformed) await refuses(trial, what, frame, "frame-malformed", 1002);
  },
};

const filters: readonly (readonly [what: string, filter: unknown])[] = [
  ["a filter with a field that there is not", { sellers: [new Uint8Array(32)] }],
  ["a filter with an empty list", { kinds: [] }],
  ["a filter for a kind that travels sealed", { kinds: ["offer"] }],
  ["a filter with an author of 31 bytes", { authors: [new Uint8Array(31)] }],
  ["a filter with a path that is none", { categories: ["Shopify/bt"] }],
  ["a filter with a list of 257", { terms: Array.from({ length: 257 }, () => new Uint8Array(32)) }],
  ["a filter with a currency in small letters", { prices: [{ currency: "usd", least: 1 }] }],
];

const knowsFilters: Rule = {
  id: "frame/filter",
  says: "A malformed filter makes its frame malformed.",
  spec,
  check: async (trial) => {
    for (const [what, filter] of filters)
      await refuses(trial, what, subscription(filter), "frame-malformed", 1002);
  },
};

const knowsNames: Rule = {
  id: "frame/unknown",
  says: "A name that no client's frame has is refused with frame-unknown, and closes with 1002.",
  spec,
  check: async (trial) => {
    const cases = [
      ["a frame of another name", encodeValue(["gossip", 1])],
      ["a frame that only a relay sends", encodeFrame(["caughtUp", 1, 1])],
      ["the name of a property that every object has", encodeValue(["constructor"])],
    ] as const;
    for (const [what, frame] of cases) await refuses(trial, what, frame, "frame-unknown", 1002);
  },
};

/** That the relay reads a frame, and answers what comes after it. */
async function reads(trial: Trial, { name, bytes }: FrameCase): Promise<void> {
  const caller = await trial.connect();
  caller.sendRaw(bytes);
  caller.send("publish", last, new Uint8Array(1));
  const expected = `an answer to what comes after the vector ${name}`;
  for (;;) {
    // What the frame comes to is not asked here: it may name a subscription that there is not.
    const frame = await caller.inbox.take(([kind]) => kind === "accepted" || kind === "rejected", expected);
    if (frame[1] === last) return;
    expect(frame[0] === "accepted" || frame[2] !== "frame", expected, describeFrame(frame));
  }
}

/** A ref that no vector has. */
const last = 999_999;

const agreesWithVectors: Rule = {
  id: "frame/vectors",
  says: "The vectors that are frames of clients are read, or refused with the code that they name.",
  spec: "vectors/README.md#the-folders",
  check: async (trial) => {
    const { vectors } = trial.circumstances;
    if (vectors === undefined) throw new NotExercised("the kit was not told where the vectors are");
    await trial.connect();
    const frames = await framesIn(vectors);
    for (const one of frames.filter(({ bytes }) => bytes.length <= trial.limits.frame)) {
      if (one.code === undefined) await reads(trial, one);
      else await refuses(trial, `the vector ${one.name}`, one.bytes, one.code, 1002);
    }
  },
};

const actsNoFurther: Rule = {
  id: "frame/nothing-after",
  says: "After a frame that it cannot read the relay acts on nothing that follows.",
  spec,
  recommended: true,
  check: async (trial) => {
    const [caller, other] = [await trial.connect(), await trial.connect()];
    const message = newClose(trial);
    caller.sendRaw("text");
    caller.ask(message);
    await caller.inbox.closed("the end of the connection after a text message");
    const { duplicate } = await other.publish(message);
    expect(!duplicate, "a message that is new", "one that had been published behind an unreadable frame");
  },
};

export const frameRules: readonly Rule[] = [
  speaksBinary,
  boundsFrames,
  knowsTheForm,
  knowsFilters,
  knowsNames,
  agreesWithVectors,
  actsNoFurther,
];
