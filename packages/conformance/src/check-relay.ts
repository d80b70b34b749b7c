/** Checks a relay rule by rule: each on connections and keys of its own, one after the other. */
import { Breach, type Finding, NotExercised, NotNow } from "./finding.ts";
import { shakeHands, subprotocol } from "./handshake.ts";
import { Patience } from "./patience.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { type Circumstances, Trial } from "./trial.ts";

/** There is no relay at the address, or none that takes connections. Nothing was checked. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export type CheckOptions = {
  /** The rules to try; all unless given. */
  readonly rules?: readonly Rule[];
  /** Seconds that each single answer of the relay may take; 10 unless given. */
  readonly timeoutSeconds?: number;
  /** Seconds that the kit waits in all, for one rule, for a relay that asks it to come back later; 60 unless given. */
  readonly patienceSeconds?: number;
  /** Kills the relay as `kill -9` does and starts it again. Without it, rules about restarts are not exercised. */
  readonly restart?: () => Promise<void>;
  /** Asks the relay to shut down in an orderly way. It is not there afterwards. */
  readonly stop?: () => Promise<void>;
  /** The folder of the specification's vectors. */
  readonly vectors?: string;
  /** Hears when the kit waits because the relay asked it to. */
  readonly waits?: (rule: Rule, why: string, seconds: number) => void;
  /** Ends the check with the signal's reason. */
  readonly signal?: AbortSignal;
};

export type Checked = { readonly rule: Rule; readonly finding: Finding; readonly ms: number };

/**
 * Tries the rules on the relay at a ws:// or wss:// address, and yields what it finds of each as soon as it knows. What the
 * relay does wrong is a finding and never an error. Throws Unreachable where nobody opens a WebSocket there.
 */
export async function* checkRelay(url: string, options: CheckOptions = {}): AsyncGenerator<Checked, void> {
  const { timeoutSeconds = 10, restart, stop, vectors, signal = new AbortController().signal } = options;
  const circumstances: Circumstances = {
    url,
    patience: new Patience(timeoutSeconds, signal),
    ...(restart && { restart }),
    ...(stop && { stop }),
    ...(vectors !== undefined && { vectors }),
    refusedForNow: [],
  };
  await reach(circumstances);
  for (const rule of options.rules ?? rules) {
    signal.throwIfAborted();
    const begunMs = performance.now();
    const finding = await findOut(rule, circumstances, options);
    yield { rule, finding, ms: Math.round(performance.now() - begunMs) };
  }
}

async function reach(circumstances: Circumstances): Promise<void> {
  const { url } = circumstances;
  const offer = { "sec-websocket-protocol": subprotocol };
  const { status } = await shakeHands(circumstances, offer).catch((error: unknown) => {
    throw error instanceof Breach ? new Unreachable(`${url} cannot be reached: ${error.came}`) : error;
  });
  if (status !== 101)
    throw new Unreachable(`${url} opens no WebSocket for ${subprotocol}: it answers with HTTP ${status}`);
}

/** Tries a rule, again and with other keys where the relay asks the kit to come back later. */
async function findOut(rule: Rule, circumstances: Circumstances, options: CheckOptions): Promise<Finding> {
  const { patienceSeconds = 60, waits } = options;
  for (let left = patienceSeconds; ; ) {
    const outcome = await tryOnce(rule, circumstances);
    if (!(outcome instanceof NotNow)) return outcome;
    const { message, retryAfter } = outcome;
    if (retryAfter === 0 || retryAfter > left) {
      const when = retryAfter === 0 ? "never" : `${retryAfter} s`;
      return { outcome: "not exercised", why: `the relay refuses for now: ${message}; retry after: ${when}` };
    }
    left -= retryAfter;
    waits?.(rule, message, retryAfter);
    await circumstances.patience.pause(retryAfter * 1000);
  }
}

async function tryOnce(rule: Rule, circumstances: Circumstances): Promise<Finding | NotNow> {
  await using trial = new Trial(circumstances);
  try {
    await rule.check(trial);
    return { outcome: "passed" };
  } catch (error) {
    if (error instanceof Breach) return { outcome: "failed", expected: error.expected, came: error.came };
    if (error instanceof NotExercised) return { outcome: "not exercised", why: error.message };
    if (error instanceof NotNow) return error;
    throw error;
  }
}
