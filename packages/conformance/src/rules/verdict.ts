/** Verdicts: the stage and the code with which every honest relay refuses the same bytes. */
import { encodeFrame, encodeValue, readMessage, unwrap } from "@intentcast/protocol";
import { type Bad, invalid, undecodable, unverifiable, wrongTwice } from "../bad-messages.ts";
import { describeFrame } from "../describe.ts";
import { mixedOrder } from "../ed25519.ts";
import { envelope } from "../envelope.ts";
import { expect, NotExercised } from "../finding.ts";
import { newClose, newSigner } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";
import { casesIn } from "../vectors.ts";

/** Publishes them all, and then looks at the answers. */
async function refuses(trial: Trial, make: (trial: Trial) => readonly Bad[] | Promise<readonly Bad[]>) {
  const caller = await trial.connect();
  const asked = (await make(trial)).map((one) => ({ ...one, ref: caller.ask(one.bytes) }));
  for (const { ref, what, verdict } of asked) await caller.refused(ref, verdict, what);
}

const decodes: Rule = {
  id: "verdict/decode",
  says: "What is neither of the two envelopes, or whose body is not the wire profile, is refused at decode with its code.",
  spec: "04-envelopes.md#refusals",
  check: (trial) => refuses(trial, undecodable),
};

const verifies: Rule = {
  id: "verdict/verify",
  says: "A signature is valid by the one rule for Ed25519, and is refused at verify with the code of its first breach.",
  spec: "04-envelopes.md#3-the-ed25519-rule",
  check: async (trial) => {
    await refuses(trial, unverifiable);
    const caller = await trial.connect();
    const body = encodeValue(newClose(trial).body);
    const mixed = unwrap(readMessage(envelope({ by: mixedOrder(true), kind: "close", body })));
    await caller.publish(mixed, "a key with a component of small order whose signature holds");
  },
};

const validates: Rule = {
  id: "verdict/validate",
  says: "A body that breaks the shape or a rule of its kind is refused at validate with its code; so is a sealed kind in the open.",
  spec: "08-relay-protocol.md#2-publishing",
  check: (trial) => refuses(trial, invalid),
};

const decidesByFirstStage: Rule = {
  id: "verdict/first-stage",
  says: "The first stage that a message does not pass decides: decode, verify, validate, admit.",
  spec: "08-relay-protocol.md#2-publishing",
  check: (trial) => refuses(trial, wrongTwice),
};

const agreesWithVectors: Rule = {
  id: "verdict/vectors",
  says: "The vectors of the specification get the verdicts that they name.",
  spec: "vectors/README.md#the-folders",
  check: async (trial) => {
    const { vectors } = trial.circumstances;
    if (vectors === undefined) throw new NotExercised("the kit was not told where the vectors are");
    const all = await casesIn(vectors, newSigner());
    const caller = await trial.connect();
    // One vector is larger than any frame.
    const cases = all.filter(({ bytes }) => encodeFrame(["publish", 1, bytes]).length < trial.limits.frame);
    const asked = cases.map((one) => ({ ...one, ref: caller.ask(one.bytes) }));
    for (const { ref, name, expected, isRight } of asked) {
      const answer = await caller.answer(ref, `a verdict on the vector ${name}`);
      const verdict = answer[0] === "accepted" ? "accepted" : `${answer[2]}/${answer[3]}`;
      expect(isRight(verdict), `${expected} for the vector ${name}`, describeFrame(answer));
    }
  },
};

export const verdictRules: readonly Rule[] = [
  decodes,
  verifies,
  validates,
  decidesByFirstStage,
  agreesWithVectors,
];
