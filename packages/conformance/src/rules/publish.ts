/** What a relay says of a message that it takes, of one that it has, and how often it delivers one. */
import { encodeValue, equalBytes, type Message, readMessage, shortHex, unwrap } from "@intentcast/protocol";
import type { Accepted, Caller } from "../caller.ts";
import { manySignatures } from "../ed25519.ts";
import { envelope } from "../envelope.ts";
import { Breach, expect } from "../finding.ts";
import { newClose, newCloses, newIntent, newMailbox, newProfile, newSealed } from "../messages.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#2-publishing";

const acceptsEveryKind: Rule = {
  id: "publish/accepted",
  says: "A message of every kind that relays carry is accepted with its id, its position and how many subscriptions it matched.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const messages: readonly Message[] = [
      newIntent(trial),
      newClose(trial),
      newProfile(trial),
      await newSealed(trial, newMailbox(trial)),
    ];
    for (const message of messages) {
      const what = `a ${message.kind}`;
      const answer = await caller.answer(caller.ask(message), `accepted for ${what}`);
      const { id, position, matched, duplicate } = answer[0] === "accepted" ? answer[2] : {};
      const came = () =>
        `id ${id && shortHex(id)}, position ${position}, matched ${matched}, duplicate ${duplicate}`;
      if (answer[0] === "rejected") throw new Breach(`accepted for ${what}`, `${answer[2]}/${answer[3]}`);
      const isRight = id !== undefined && equalBytes(id, message.id);
      expect(isRight, `accepted for ${what} with the id ${shortHex(message.id)}`, came);
      expect((position ?? 0) >= 1, `accepted for ${what} with a position from 1 upwards`, came);
      expect(matched !== undefined && duplicate === undefined, `accepted for ${what} with matched`, came);
    }
  },
};

const countsMatches: Rule = {
  id: "publish/matched",
  says: "matched is the number of standing subscriptions that describe the message, those included that wait for credit.",
  spec,
  check: async (trial) => {
    const [caller, other] = [await trial.connect(), await trial.connect()];
    const mailbox = newMailbox(trial);
    const filter = { mailboxes: [mailbox.signer.publicKey] };
    await caller.authenticate(mailbox.signer);
    const publish = async (expected: number, why: string) => {
      const { matched } = await other.publish(await newSealed(trial, mailbox));
      expect(matched === expected, `matched ${expected}: ${why}`, `matched ${matched}`);
    };
    await publish(0, "nobody subscribes to the mailbox");
    const rich = caller.subscribe(filter, { live: true, credit: 10 });
    const poor = caller.subscribe(filter, { live: true, credit: 0 });
    const past = caller.subscribe(filter, { live: false, credit: 10 });
    const strange = caller.subscribe({ ...filter, kinds: ["intent"] }, { live: true, credit: 10 });
    await Promise.all([rich.caughtUp(), poor.caughtUp(), past.caughtUp(), strange.caughtUp()]);
    await past.ended("complete");
    await publish(2, "one subscription with credit, one without");
    rich.unsubscribe();
    poor.unsubscribe();
    await caller.settle();
    await publish(0, "both have ended");
  },
};

function isOriginal({ position }: Accepted, again: Accepted, what: string): void {
  const came = `position ${again.position}${again.duplicate ? ", duplicate" : ""}`;
  expect(
    again.duplicate && again.position === position,
    `a duplicate at position ${position} for ${what}`,
    came,
  );
}

const knowsDuplicates: Rule = {
  id: "publish/duplicate",
  says: "A message that is there already, also signed once more, is accepted as a duplicate at its position and not delivered again.",
  spec,
  check: async (trial) => {
    const [caller, other] = [await trial.connect(), await trial.connect()];
    const by = manySignatures();
    const body = encodeValue(newClose(trial).body);
    const sign = (): Message => unwrap(readMessage(envelope({ by, kind: "close", body })));
    const [message, signedAgain] = [sign(), sign()];
    const reader = caller.subscribe({ authors: [by.publicKey] }, { live: true, credit: 10 });
    await reader.caughtUp();
    const first = await caller.publish(message);
    await reader.message({ message, position: first.position });
    isOriginal(first, await caller.publish(message), "the same bytes");
    isOriginal(first, await other.publish(message), "the same bytes from another connection");
    isOriginal(first, await other.publish(signedAgain), "the same message with another signature");
    await caller.settle();
    reader.isSilent("no second delivery of a message");
  },
};

/** The same message with its signature's last byte changed: the id stays. */
function forged(message: Message): Uint8Array {
  const bytes = message.bytes.slice();
  bytes.set([(bytes.at(-1) as number) ^ 1], bytes.length - 1);
  return bytes;
}

async function refusesForgery(caller: Caller, message: Message): Promise<void> {
  const answer = await caller.answer(caller.ask(forged(message)), "rejected at verify for a forgery");
  const isRefused = answer[0] === "rejected" && answer[2] === "verify";
  expect(isRefused, "rejected at verify for a forgery", answer[0] === "accepted" ? "accepted" : answer[3]);
}

const trustsNoId: Rule = {
  id: "publish/forgery",
  says: "A forgery of a message is refused whether or not the relay has the message, and keeps the message from nobody.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const [known, unknown] = newCloses(trial, 2) as [Message, Message];
    const first = await caller.publish(known);
    await refusesForgery(caller, known);
    isOriginal(first, await caller.publish(known), "a message of which a forgery came");
    await refusesForgery(caller, unknown);
    const { duplicate } = await caller.publish(unknown, "a message of which a forgery came first");
    expect(!duplicate, "a new message, of which only a forgery came before", "a duplicate");
  },
};

export const publishRules: readonly Rule[] = [acceptsEveryKind, countsMatches, knowsDuplicates, trustsNoId];
