/** Mailboxes: sealed messages go to who has proved, on this connection and with its challenge, that the mailbox is theirs. */
import type { Filter, MailboxKeys, Signer } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { aboveOrder, mixedOrder, notCanonical, smallOrderKey, smallOrderR } from "../ed25519.ts";
import { newMailbox, newSealed, newSealedLikes, newSigner } from "../messages.ts";
import { proofOf } from "../proof.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#5-mailboxes";
const failed = "session/authentication-failed";

const filterOf = (...mailboxes: readonly MailboxKeys[]): Filter => ({
  mailboxes: mailboxes.map(({ signer }) => signer.publicKey),
});

/** That a filter for these mailboxes is refused. */
async function isKept(caller: Caller, mailboxes: readonly MailboxKeys[], why: string): Promise<void> {
  for (const live of [true, false]) {
    const reader = caller.subscribe(filterOf(...mailboxes), { after: 0, live, credit: 10 });
    await reader.ended("mailbox-not-authenticated", why);
  }
}

const serves: Rule = {
  id: "mailbox/served",
  says: "Who proves a mailbox is served what lies in it and what comes, and nothing of another one.",
  spec,
  check: async (trial) => {
    const [caller, publisher] = [await trial.connect(), await trial.connect()];
    const [mine, theirs] = [newMailbox(trial), newMailbox(trial)];
    const stored = await publisher.publishAll([await newSealed(trial, mine), await newSealed(trial, mine)]);
    await publisher.publish(await newSealed(trial, theirs));
    await caller.authenticate(mine.signer);
    const reader = caller.subscribe(filterOf(mine), { after: 0, live: true, credit: trial.plenty });
    await reader.messages(stored);
    await reader.caughtUp();
    await publisher.publish(await newSealed(trial, theirs));
    await reader.messages(await publisher.publishAll([await newSealed(trial, mine)]));
    await caller.settle();
    reader.isSilent("nothing of another mailbox");
  },
};

const refusesWrongProofs: Rule = {
  id: "mailbox/wrong-proof",
  says: "A signature by another key, for another relay's name, of another mailbox or of other bytes is authentication-failed.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const mailbox = newMailbox(trial);
    const { signer } = mailbox;
    const other = newSigner();
    const { hello } = caller;
    const good = proofOf(hello, signer);
    const proofs: readonly (readonly [what: string, signature: Uint8Array])[] = [
      ["another key's signature", proofOf(hello, { ...other, publicKey: signer.publicKey })],
      ["a proof for another relay", proofOf({ ...hello, name: "other.example:443" }, signer)],
      ["a proof of another challenge", proofOf({ ...hello, challenge: trial.random(32) }, signer)],
      ["a proof of another mailbox", proofOf(hello, signer, other.publicKey)],
      ["a signature of the challenge alone", signer.sign(hello.challenge)],
      ["a proof with a bit flipped", good.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
      ["zeros", new Uint8Array(64)],
    ];
    for (const [what, signature] of proofs)
      await caller.refused(caller.prove(signer, signature), failed, what);
    await isKept(caller, [mailbox], "a mailbox of which every proof was wrong");
    await caller.authenticate(signer);
  },
};

const refusesReplays: Rule = {
  id: "mailbox/replay",
  says: "A proof is good on one connection: sent again on another one it is authentication-failed.",
  spec,
  check: async (trial) => {
    const [first, second] = [await trial.connect(), await trial.connect()];
    const mailbox = newMailbox(trial);
    const proof = proofOf(first.hello, mailbox.signer);
    await first.authenticate(mailbox.signer);
    await second.refused(
      second.prove(mailbox.signer, proof),
      failed,
      "a proof that another connection has sent",
    );
    await first[Symbol.asyncDispose]();
    await second.refused(
      second.prove(mailbox.signer, proof),
      failed,
      "a proof of a connection that has ended",
    );
    await isKept(second, [mailbox], "a mailbox of which a proof was replayed");
  },
};

const keepsTheOneRule: Rule = {
  id: "mailbox/one-rule",
  says: "A mailbox's signature is verified by the one rule for Ed25519, as a message's is.",
  spec: "04-envelopes.md#3-the-ed25519-rule",
  check: async (trial) => {
    const caller = await trial.connect();
    const { hello } = caller;
    const { signer } = newMailbox(trial);
    const good = proofOf(hello, signer);
    const cases: readonly (readonly [what: string, by: Signer, signature?: Uint8Array])[] = [
      ["a mailbox of small order", smallOrderKey()],
      ["R of small order", smallOrderR()],
      ["S + L for S", signer, aboveOrder(good)],
      ["a mailbox with y above p", { publicKey: notCanonical, sign: () => good }],
      ["a signature that holds only times the cofactor", mixedOrder(false)],
    ];
    for (const [what, by, signature] of cases)
      await caller.refused(caller.prove(by, signature), failed, what);
    await caller.authenticate(mixedOrder(true));
  },
};

const asksForEach: Rule = {
  id: "mailbox/not-authenticated",
  says: "A filter that names a mailbox for which this connection has not authenticated is ended with mailbox-not-authenticated.",
  spec: "08-relay-protocol.md#4-subscriptions",
  check: async (trial) => {
    const [caller, other] = [await trial.connect(), await trial.connect()];
    const [mine, theirs] = [newMailbox(trial), newMailbox(trial)];
    await caller.publish(await newSealed(trial, theirs));
    await isKept(caller, [theirs], "a mailbox that was never proved");
    await other.authenticate(theirs.signer);
    await isKept(caller, [theirs], "a mailbox proved on another connection");
    await caller.authenticate(mine.signer);
    await isKept(caller, [mine, theirs], "two mailboxes of which one was proved");
  },
};

const keepsSealed: Rule = {
  id: "mailbox/sealed-kept",
  says: "A filter without mailboxes is given no sealed message, whatever its kinds, also where the connection has authenticated.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const mailbox = newMailbox(trial);
    await caller.authenticate(mailbox.signer);
    const after = (await caller.publish(await newSealed(trial, mailbox))).position - 1;
    const issued = { from: trial.now() - 60 };
    const filters: readonly Filter[] = [{ kinds: ["sealed"] }, { kinds: ["sealed"], issued }];
    const readers = filters.map((filter) => caller.subscribe(filter, { after, live: true, credit: 10 }));
    for (const reader of readers) await reader.caughtUp();
    await caller.publishAll(await newSealedLikes(trial, mailbox, 2));
    await caller.settle();
    for (const reader of readers) reader.isSilent("no sealed message for a filter without mailboxes");
  },
};

export const mailboxRules: readonly Rule[] = [
  serves,
  refusesWrongProofs,
  refusesReplays,
  keepsTheOneRule,
  asksForEach,
  keepsSealed,
];
