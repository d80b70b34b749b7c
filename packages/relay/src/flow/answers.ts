/** Answers to requests, in the order of the requests; and pressure on a client that asks faster than it is served. */
import { encodeFrame, type RelayFrame, type Result } from "@intentcast/protocol";
import { inOrder } from "../core/in-order.ts";
import { type Refusal, rejected } from "../core/refusal.ts";
import type { Meter } from "../ports/meter.ts";
import type { Socket } from "../ports/socket.ts";
import type { Ingested } from "./ingest.ts";
import type { Load } from "./load.ts";

/** What a request came to; nothing to tell for an authentication. */
export type Outcome = Result<Ingested | undefined, Refusal>;

export type Answers = {
  readonly say: (frame: RelayFrame) => void;
  /** `ref` 0 when it answers no request. */
  readonly refuse: (ref: number, refusal: Refusal) => void;
  /** Answers when the outcome is known and all earlier requests are answered; `bytes` are held meanwhile. */
  readonly promise: (ref: number, bytes: number, outcome: Promise<Outcome>) => void;
  /** Looks again whether the client may go on. */
  readonly regulate: () => void;
  /** Resolves when all requests so far are answered. */
  readonly settled: () => Promise<void>;
};

/** Bytes of requests without an answer, and of answers that the client has not taken, before it must wait. */
const pendingLimitBytes = 1024 * 1024;
const unreadLimitBytes = 2 * 1024 * 1024;

export function createAnswers(
  socket: Socket,
  load: Load,
  meter: Meter,
  broken: (error: unknown) => void,
): Answers {
  let pendingRequests = 0;
  let pendingBytes = 0;
  let paused = false;
  const line = inOrder();

  const say = (frame: RelayFrame): void => socket.send(encodeFrame(frame));

  function refuse(ref: number, refusal: Refusal): void {
    meter.rejected(refusal.code);
    say(rejected(ref, refusal));
  }

  function answer(ref: number, outcome: Outcome): void {
    if (!outcome.ok) {
      refuse(ref, outcome.error);
    } else if (outcome.value === undefined) {
      say(["accepted", ref, {}]);
    } else {
      const { id, position, outcome: fate } = outcome.value;
      meter.accepted("duplicate" in fate);
      // In the order in which they are encoded, which spares sorting them.
      say(["accepted", ref, { id, ...fate, position }]);
    }
  }

  const mustWait = (): boolean =>
    pendingBytes > pendingLimitBytes ||
    socket.backlogBytes > unreadLimitBytes ||
    (pendingRequests > 0 && load.isHigh()) ||
    load.isLagging();

  function regulate(): void {
    const pressed = mustWait();
    if (load.isLagging()) load.whenPrompt(regulate);
    if (pressed === paused) return;
    paused = pressed;
    if (pressed) {
      meter.held();
      socket.pause();
    } else {
      socket.resume();
    }
  }

  function begin(bytes: number): void {
    pendingRequests += 1;
    pendingBytes += bytes;
    load.begin(bytes);
    regulate();
  }

  function end(bytes: number): void {
    pendingRequests -= 1;
    pendingBytes -= bytes;
    load.end(bytes);
    regulate();
  }

  /** Does what an outcome, or the failure to come to one, asks for; the request is over either way. */
  function conclude(bytes: number, action: () => void): void {
    try {
      action();
    } catch (error) {
      broken(error);
    } finally {
      end(bytes);
    }
  }

  return {
    say,
    refuse,
    regulate,
    promise: (ref, bytes, outcome) => {
      begin(bytes);
      const inTurn = line.stand();
      outcome.then(
        (result) => inTurn(() => conclude(bytes, () => answer(ref, result))),
        (error: unknown) => inTurn(() => conclude(bytes, () => broken(error))),
      );
    },
    settled: line.empty,
  };
}
