/** Admission: a relay's policy at a moment, as far as it has told it in its limits. */
import { type Message, maxBodyBytes, sealedPlaintextBytes } from "@intentcast/protocol";
import { NotExercised } from "../finding.ts";
import { clockMargin, newClose, newMailbox, newSealedLikes } from "../messages.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

const spec = "08-relay-protocol.md#2-publishing";

const refusesExpired: Rule = {
  id: "admit/expired",
  says: "A message that expired at or before the relay's time is refused with expired.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const now = trial.now();
    const times = [
      { what: "a message that expires now", issued: now - 60, expires: now },
      { what: "a message that expired an hour ago", issued: now - 7200, expires: now - 3600 },
    ];
    for (const { what, ...options } of times)
      await caller.refused(caller.ask(newClose(trial, options)), "admit/expired", what);
    const soon = newClose(trial, { issued: now - 60, expires: now + 60 });
    await caller.publish(soon, "a message that expires in a minute");
  },
};

const refusesFuture: Rule = {
  id: "admit/not-yet-valid",
  says: "A message issued more than limits.skew seconds ahead is refused with not-yet-valid, and one within it is taken.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { skew } = trial.limits;
    const within = newClose(trial, { issued: trial.now() + skew });
    await caller.publish(within, `a message issued ${skew} s ahead`);
    const ahead = trial.now() + skew + clockMargin;
    const beyond = newClose(trial, { issued: ahead });
    await caller.refused(
      caller.ask(beyond),
      "admit/not-yet-valid",
      `a message issued ${skew + clockMargin} s ahead, of ${skew}`,
    );
  },
};

const boundsLifetime: Rule = {
  id: "admit/lifetime-too-long",
  says: "A message that lives limits.lifetime seconds is taken, and one that lives longer is refused with lifetime-too-long.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const { lifetime } = trial.limits;
    // Most of it has passed, so that none of it stays for long.
    const issued = Math.max(0, trial.now() - lifetime + clockMargin * 2);
    await caller.publish(newClose(trial, { issued, expires: issued + lifetime }), `a life of ${lifetime} s`);
    const longer = newClose(trial, { issued, expires: issued + lifetime + 1 });
    await caller.refused(caller.ask(longer), "admit/lifetime-too-long", `a life of ${lifetime + 1} s`);
  },
};

/** A valid message of so many bytes to the byte. */
function closeOf(trial: Trial, length: number): Message {
  const { bytes } = newClose(trial, { filler: 1000 });
  return newClose(trial, { filler: 1000 + length - bytes.length });
}

/** Signed messages of any size up to here can be made to the byte, with both heads of two bytes from the lower one on. */
const least = 1300;
const most = maxBodyBytes;

/** The greatest valid message that is taken, and one that is too large. */
async function aroundLimit(trial: Trial): Promise<readonly [Message, Message]> {
  const { message: limit } = trial.limits;
  if (limit >= least && limit < most) return [closeOf(trial, limit), closeOf(trial, limit + 1)];
  const mailbox = newMailbox(trial);
  const sealed: Message[] = [];
  for (const size of sealedPlaintextBytes) sealed.push(...(await newSealedLikes(trial, mailbox, 1, size)));
  const fits = sealed.findLast(({ bytes }) => bytes.length <= limit);
  const exceeds = sealed.find(({ bytes }) => bytes.length > limit);
  if (fits !== undefined && exceeds !== undefined) return [fits, exceeds];
  const why = exceeds === undefined ? "no valid message is larger" : "the kit makes no message as small";
  throw new NotExercised(`limits.message is ${limit}, and ${why}`);
}

const boundsSize: Rule = {
  id: "admit/message-too-large",
  says: "A message of limits.message bytes is taken, and a valid one that is larger is refused with message-too-large.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const [fits, exceeds] = await aroundLimit(trial);
    await caller.publish(fits, `a message of ${fits.bytes.length} bytes`);
    const what = `a message of ${exceeds.bytes.length} bytes, of ${trial.limits.message}`;
    await caller.refused(caller.ask(exceeds), "admit/message-too-large", what);
  },
};

export const admitRules: readonly Rule[] = [refusesExpired, refusesFuture, boundsLifetime, boundsSize];
