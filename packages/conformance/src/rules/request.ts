/** Requests and their answers on one connection. */
import { describeFrame } from "../describe.ts";
import { expect } from "../finding.ts";
import { newClose, newCloses, newMailbox, newSealed, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#1-connection";

const answersInOrder: Rule = {
  id: "request/answers-in-order",
  says: "Each publish and authenticate is answered once, with its ref, in the order of the requests.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const messages = newCloses(trial, 4);
    const mailbox = newSigner();
    // Requests that take the relay long and short, taken and refused, one close behind the other.
    const refs = messages.flatMap((message) => [
      caller.ask(message),
      caller.ask(new Uint8Array(1)),
      caller.prove(mailbox, new Uint8Array(64)),
      caller.prove(mailbox),
      caller.ask(message),
    ]);
    for (const ref of refs) await caller.answer(ref);
    await caller.settle();
    const [more] = caller.inbox.unread(([name]) => name === "accepted" || name === "rejected");
    expect(more === undefined, `${refs.length} answers`, () => `one more: ${more && describeFrame(more)}`);
  },
};

const takesEffectInOrder: Rule = {
  id: "request/effect-in-order",
  says: "Requests take effect in the order in which they are sent, also where the client waits for no answer.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const mailbox = newMailbox(trial);
    const message = await newSealed(trial, mailbox);
    const proof = caller.prove(mailbox.signer);
    const filter = { mailboxes: [mailbox.signer.publicKey] };
    const reader = caller.subscribe(filter, { live: true, credit: 1 });
    const published = caller.ask(message);
    await caller.answer(proof);
    const { position, matched } = await caller.accepted(published);
    expect(matched === 1, "matched 1: the subscription sent just before", `matched ${matched}`);
    await reader.caughtUp();
    await reader.message({ message, position });
  },
};

const goesOn: Rule = {
  id: "request/goes-on",
  says: "A refusal that is not of a frame leaves the connection as it is.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    await caller.refused(caller.ask(new Uint8Array(0)), "decode/envelope-form", "no bytes");
    await caller.refused(
      caller.prove(newSigner(), new Uint8Array(64)),
      "session/authentication-failed",
      "zeros as a signature",
    );
    const message = newClose(trial);
    const reader = caller.subscribe({ authors: [message.author] }, { live: true, credit: 1 });
    await reader.caughtUp();
    const { position } = await caller.publish(message);
    await reader.message({ message, position }, "the message published after the refusals");
  },
};

export const requestRules: readonly Rule[] = [answersInOrder, takesEffectInOrder, goesOn];
