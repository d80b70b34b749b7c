/** Items for tests: numbered ones, and sets as plain arrays to hold the real ones against. */
import { createHash } from "node:crypto";
import { toHex } from "@intentcast/protocol";
import { type Effect, ItemSet, type Session } from "../src/index.ts";

export type Item = { readonly timestamp: number | bigint; readonly id: Uint8Array };

/** Item number n: its id is SHA-256 of `item n`, and four items share each timestamp. */
export const itemOf = (number: number): Item => ({
  timestamp: 1_795_435_200 + Math.floor(number / 4),
  id: new Uint8Array(createHash("sha256").update(`item ${number}`).digest()),
});

export function setOf(items: Iterable<Item>): ItemSet {
  const set = new ItemSet();
  for (const { timestamp, id } of items) set.add(timestamp, id);
  return set;
}

/** Ids as sorted hex, so that sets of them compare. */
export const hexes = (ids: Iterable<Uint8Array>): string[] => Array.from(ids, toHex).sort();

export const nodeSha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

/** What came of a session. */
export type Outcome = {
  readonly have: readonly string[];
  readonly need: readonly string[];
  readonly last: Effect["type"] | undefined;
};

/** Runs two sessions against each other until neither has anything to send. */
export function converse(initiator: Session, responder: Session): [Outcome, Outcome] {
  const sides = [initiator, responder] as const;
  const found = sides.map(() => ({ have: [] as Uint8Array[], need: [] as Uint8Array[] }));
  const last: (Effect["type"] | undefined)[] = [undefined, undefined];
  const queue: { readonly to: number; readonly frame: Uint8Array }[] = [];
  const act = (side: number, effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.type === "send") queue.push({ to: 1 - side, frame: effect.frame });
      else last[side] = effect.type;
      if (effect.type === "have" || effect.type === "need") found[side]?.[effect.type].push(...effect.ids);
    }
  };
  act(0, initiator.start());
  act(1, responder.start());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    act(next.to, (sides[next.to] as Session).receive(next.frame));
  }
  const outcome = (side: 0 | 1): Outcome => ({
    have: hexes(found[side]?.have ?? []),
    need: hexes(found[side]?.need ?? []),
    last: last[side],
  });
  return [outcome(0), outcome(1)];
}
