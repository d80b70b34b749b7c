/** What a broken relay is to the tests, and the ways in which most of them are made. */
import type { ClientFrame, Limits, RelayFrame, VerifyEquation } from "@intentcast/protocol";
import { verify } from "@noble/ed25519";
import type { Faults, Hooks } from "../faulty-relay.ts";

export type BrokenRelay = {
  /** The id of the rule that it breaks. */
  readonly rule: string;
  /** What it does, as a sentence about the relay. */
  readonly it: string;
  /** What the kit must say of it: a part of what was expected and what came. */
  readonly told: RegExp;
  /** It is found out by what does not come. */
  readonly isSilent?: true;
  readonly faults: Faults;
};

export type Of<F extends readonly unknown[], N> = Extract<F, readonly [N, ...unknown[]]>;
export type Rejected = Of<RelayFrame, "rejected">;
export type Accepted = Of<RelayFrame, "accepted">;
export type Subscribe = Of<ClientFrame, "subscribe">;

/** Changes what the relay says. */
export const saying = (change: (frame: RelayFrame) => readonly RelayFrame[]): Faults => ({
  link: () => ({ fromRelay: change }),
});

/** Changes what the client says. */
export const hearing = (change: (frame: ClientFrame) => readonly ClientFrame[]): Faults => ({
  link: () => ({ fromClient: change }),
});

/** Changes what the relay says, with a memory for each connection. */
export const remembering = (make: () => NonNullable<Hooks["fromRelay"]>): Faults => ({
  link: () => ({ fromRelay: make() }),
});

/** Changes refusals. */
export const refusing = (change: (frame: Rejected) => RelayFrame): Faults =>
  saying((frame) => [frame[0] === "rejected" ? change(frame) : frame]);

/** Another code, of whatever stage, in the place of one. */
export const renaming = (code: string, [stage, other]: readonly [string, string]): Faults =>
  refusing((frame) => (frame[3] === code ? ["rejected", frame[1], stage, other, frame[4], frame[5]] : frame));

/** Accepts what the relay refuses with a code. */
export const accepting = (code: string, told: Accepted[2] = {}): Faults =>
  refusing((frame) => (frame[3] === code ? ["accepted", frame[1], told] : frame));

/** Changes what is accepted. */
export const granting = (change: (told: Accepted[2]) => Accepted[2]): Faults =>
  saying((frame) => [
    frame[0] === "accepted" && frame[2].id !== undefined ? ["accepted", frame[1], change(frame[2])] : frame,
  ]);

/** Changes subscriptions before the relay sees them. */
export const subscribing = (change: (frame: Subscribe) => Subscribe): Faults =>
  hearing((frame) => [frame[0] === "subscribe" ? change(frame) : frame]);

/** Tells other limits than it keeps. */
export const misstating = (told: Partial<Limits>, kept: Partial<Limits>): Faults => ({
  relay: () => ({ limits: kept }),
  ...saying((frame) => [
    frame[0] === "hello" ? ["hello", { ...frame[1], limits: { ...frame[1].limits, ...told } }] : frame,
  ]),
});

/** Multiplies by the cofactor, as batch verification does. */
export const cofactored: VerifyEquation = (signature, message, key) =>
  verify(signature, message, key, { zip215: true });
