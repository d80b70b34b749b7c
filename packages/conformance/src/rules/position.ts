/** Positions: numbers that grow, are given once, and bring a client back to where it was. */
import { toHex } from "@intentcast/protocol";
import { expect } from "../finding.ts";
import { newClose, newCloses, newSigner } from "../messages.ts";
import type { Placed } from "../reader.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#3-positions";

const grow: Rule = {
  id: "position/increasing",
  says: "What is stored later has the greater position, and is served at the position that accepted gave.",
  spec,
  check: async (trial) => {
    const [caller, other] = [await trial.connect(), await trial.connect()];
    const by = newSigner();
    const placed: Placed[] = [];
    for (const [i, message] of newCloses(trial, 8, { by }).entries()) {
      const { position } = await (i % 2 === 0 ? caller : other).publish(message);
      const before = placed.at(-1)?.position ?? 0;
      expect(position > before, `a position after ${before}`, `position ${position}`);
      placed.push({ message, position });
    }
    const reader = caller.subscribe(
      { authors: [by.publicKey] },
      { after: 0, live: false, credit: trial.plenty },
    );
    await reader.messages(placed);
  },
};

const tellsTheLast: Rule = {
  id: "position/hello",
  says: "hello tells the last position, and the same store on every connection.",
  spec: "08-relay-protocol.md#1-connection",
  check: async (trial) => {
    const caller = await trial.connect();
    const { position } = await caller.publish(newClose(trial));
    const { hello } = await trial.connect();
    expect(hello.position >= position, `at least position ${position} in hello`, `${hello.position}`);
    const { position: next } = await caller.publish(newClose(trial));
    expect(next > hello.position, `a position after that of hello, ${hello.position}`, `${next}`);
    const stores = [caller.hello, hello].map(({ store }) => toHex(store));
    expect(stores[0] === stores[1], "one store on two connections", stores.join(" and "));
  },
};

/** Messages that a client has before it is there, and that are published each time that it has come back. */
const before = 5;
const meanwhile = 5;

const resumes: Rule = {
  id: "position/resume",
  says: "A client that comes back with the last position that it has dealt with is given every message after it, once each.",
  spec,
  check: async (trial) => {
    const publisher = await trial.connect();
    const by = newSigner();
    const filter = { authors: [by.publicKey] };
    const all: Placed[] = [];
    const publish = async (count: number) => {
      for (const message of newCloses(trial, count, { by }))
        all.push({ message, position: (await publisher.publish(message)).position });
    };
    await publish(before);
    let after = 0;
    // It leaves after each message, and another is published before it comes back.
    for (let read = 0; read < before + meanwhile; read += 1) {
      const client = await trial.connect();
      const reader = client.subscribe(filter, { after, live: true, credit: trial.plenty });
      const next = all[read] as Placed;
      await reader.message(next, `the first message after position ${after}`);
      after = next.position;
      await client[Symbol.asyncDispose]();
      if (read < meanwhile) await publish(1);
    }
    const client = await trial.connect();
    const rest = client.subscribe(filter, { after, live: false, credit: trial.plenty });
    await rest.caughtUp();
    await rest.ended("complete");
    const again = client.subscribe(filter, { after: 0, live: false, credit: trial.plenty });
    await again.messages(all);
    await again.caughtUp();
  },
};

const knowsItsEnd: Rule = {
  id: "position/unknown",
  says: "A subscription after a position beyond the last is ended with position-unknown.",
  spec: "08-relay-protocol.md#4-subscriptions",
  check: async (trial) => {
    const caller = await trial.connect();
    for (const after of [caller.hello.position + 1_000_000, Number.MAX_SAFE_INTEGER]) {
      const reader = caller.subscribe({ kinds: ["close"] }, { after, live: true, credit: 1 });
      await reader.ended("position-unknown", `a subscription after ${after}`);
    }
  },
};

export const positionRules: readonly Rule[] = [grow, tellsTheLast, resumes, knowsItsEnd];
