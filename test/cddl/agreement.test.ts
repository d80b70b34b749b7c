/**
 * spec/messages.cddl and the code: the grammar takes a body, a header, a filter, a frame or a bundle if and only if the
 * code does, for values made from the grammar, and for values one step beside it.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kinds } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { clientFrameNames, relayFrameNames } from "../../packages/protocol/src/wire/frame.ts";
import { diceOf } from "../fuzz/dice.ts";
import { mutateValue } from "../fuzz/values.ts";
import { accepts } from "./accepts.ts";
import { alterations } from "./alterations.ts";
import { code } from "./code.ts";
import { edges } from "./edges.ts";
import { type Grammar, readGrammar, type Type } from "./grammar.ts";
import { encodeAny } from "./items.ts";
import { make } from "./make.ts";

const source = readFileSync(fileURLToPath(new URL("../../spec/messages.cddl", import.meta.url)), "utf8");
const grammar = readGrammar(source);
const rule = (name: string): Type => ({ is: "name", name });

/** Only of what can be encoded is it asked who takes it. */
function canBeSaid(value: unknown): boolean {
  try {
    encodeAny(value);
    return true;
  } catch {
    return false;
  }
}

const isTree = (name: string): boolean => !name.includes("-header") && !name.includes("-bytes");

/** Values by dice, and values made of these. */
function byDice(name: string): readonly unknown[] {
  return Array.from({ length: 300 }, (_, place) => {
    const dice = diceOf("cddl", name, place);
    const value = make(grammar, rule(name), dice);
    return isTree(name) && dice.chance(0.5) ? mutateValue(value, dice) : value;
  });
}

const names = Object.keys(code);
/** Values by the rule that they were made from, with what the code says to each. */
const pool = new Map(
  names.map((name) => {
    const values = [...edges(grammar, rule(name)), ...byDice(name)].filter(canBeSaid);
    return [name, values.map((value) => ({ value, isTaken: code[name]?.(value) === true }))] as const;
  }),
);

const differsOn = (other: Grammar, name: string) =>
  pool.get(name)?.find(({ value, isTaken }) => accepts(other, rule(name), value) !== isTaken);

describe("spec/messages.cddl and the code take the same", () => {
  test.each(names)("%s", (name) => {
    expect(differsOn(grammar, name)).toBeUndefined();
    const taken = new Set(pool.get(name)?.map(({ isTaken }) => isTaken));
    expect([...taken].sort()).toEqual([false, true]);
  });

  test.each(names)("%s, and not what a grammar says that is another in one thing", (name) => {
    const others = alterations(grammar).filter(({ what }) => what.startsWith(`${name}: `));
    const noticed = others.filter(({ altered }) => differsOn(altered, name) !== undefined);
    expect(others.length).toBeGreaterThan(0);
    expect(noticed.length).toBeGreaterThan(0);
  });

  test("name the same kinds and frames", () => {
    const choicesOf = (name: string) => {
      const type = grammar.get(name);
      return type?.is === "choice" ? type.of.map((one) => (one.is === "name" ? one.name : "")) : [];
    };
    const hyphenated = (frame: string) =>
      frame.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    expect(choicesOf("body").sort()).toEqual(Object.keys(kinds).sort());
    expect(choicesOf("client-frame").sort()).toEqual(clientFrameNames.map(hyphenated).sort());
    expect(choicesOf("relay-frame").sort()).toEqual(relayFrameNames.map(hyphenated).sort());
  });
});
