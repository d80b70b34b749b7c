/** The fields of a filter that are about any message: its kind, its author, its mailbox, when it was issued. */
import type { Message } from "@intentcast/protocol";
import { newClose, newIntent, newMailbox, newProfile, newSealed, newSigner } from "../messages.ts";
import type { Trial } from "../trial.ts";
import { described, type FilterCase } from "./filter-case.ts";

const ofEveryKind = async (trial: Trial): Promise<Record<string, Message>> => ({
  intent: newIntent(trial),
  close: newClose(trial),
  profile: newProfile(trial),
  sealed: await newSealed(trial, newMailbox(trial)),
});

const none: FilterCase = {
  id: "none",
  says: "A filter without fields describes every open message, and no sealed one.",
  spec: "",
  make: async (trial) => ({
    messages: await ofEveryKind(trial),
    filters: [described({}, "intent close profile"), described({ words: {} }, "intent profile")],
  }),
};

const kinds: FilterCase = {
  id: "kinds",
  says: "kinds: the kind is one of them.",
  spec: "",
  make: async (trial) => ({
    messages: await ofEveryKind(trial),
    filters: [
      described({ kinds: ["intent"] }, "intent"),
      described({ kinds: ["profile", "close"] }, "close profile"),
      described({ kinds: ["close", "close"] }, "close"),
      described({ kinds: ["sealed"] }, ""),
      described({ kinds: ["sealed", "intent"] }, "intent"),
    ],
  }),
};

const authors: FilterCase = {
  id: "authors",
  says: "authors: the author of an open message is one of them.",
  spec: "",
  make: async (trial) => {
    const [a, b, nobody] = [newSigner(), newSigner(), newSigner()];
    return {
      messages: {
        a1: newIntent(trial, {}, { by: a }),
        b: newClose(trial, { by: b }),
        a2: newProfile(trial, { by: a }),
        other: newClose(trial),
      },
      filters: [
        described({ authors: [a.publicKey] }, "a1 a2"),
        described({ authors: [b.publicKey, a.publicKey] }, "a1 b a2"),
        described({ authors: [nobody.publicKey] }, ""),
      ],
    };
  },
};

const mailboxes: FilterCase = {
  id: "mailboxes",
  says: "mailboxes: a sealed message goes to one of them; of other fields, only kinds and issued can hold for it.",
  spec: "#sealed-messages",
  make: async (trial) => {
    const [a, b, other] = [newMailbox(trial), newMailbox(trial), newMailbox(trial)];
    const [toA, toB] = [a.signer.publicKey, b.signer.publicKey];
    const now = trial.now();
    return {
      messages: {
        a: await newSealed(trial, a),
        b: await newSealed(trial, b),
        other: await newSealed(trial, other),
        open: newClose(trial, { by: a.signer }),
      },
      mailboxes: [a.signer, b.signer],
      filters: [
        described({ mailboxes: [toA] }, "a"),
        described({ mailboxes: [toB, toA] }, "a b"),
        described({ mailboxes: [toA], kinds: ["sealed"] }, "a"),
        described({ mailboxes: [toA], kinds: ["close"] }, ""),
        described({ mailboxes: [toA], authors: [toA] }, ""),
        described({ mailboxes: [toB], issued: { from: now - 60 } }, "b"),
        described({ mailboxes: [toB], issued: { until: now - 60 } }, ""),
      ],
    };
  },
};

const issued: FilterCase = {
  id: "issued",
  says: "issued: the message was issued from one second to another, both included; an absent end is open.",
  spec: "",
  make: async (trial) => {
    const now = trial.now();
    const at = (ago: number) => newClose(trial, { issued: now - ago, expires: now + 60 });
    return {
      messages: { old: at(30), middle: at(20), late: at(10) },
      filters: [
        described({ kinds: ["close"], issued: { from: now - 20 } }, "middle late"),
        described({ kinds: ["close"], issued: { until: now - 20 } }, "old middle"),
        described({ issued: { from: now - 20, until: now - 20 } }, "middle"),
        described({ issued: { from: now - 19, until: now - 11 } }, ""),
        described({ kinds: ["close"], issued: {} }, "old middle late"),
      ],
    };
  },
};

export const messageCases: readonly FilterCase[] = [none, kinds, authors, mailboxes, issued];
