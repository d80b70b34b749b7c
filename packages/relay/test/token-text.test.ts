import fc from "fast-check";
import { expect, test } from "vitest";
import { TokenText } from "../src/adapters/token-text.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });
const beginning = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });

function tokenOf(mark: string): string {
  const tokens = new TokenText();
  tokens.add("", mark, mark.length);
  return tokens.take();
}

test("a token is made of what the tokenizer leaves as it is, and no two marks have the same", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(tokenOf(one)).toMatch(/^[a-z0-9/_-]*$/);
      expect(tokenOf(one) === tokenOf(other)).toBe(one === other);
    }),
  );
  expect(tokenOf("w/größe_5")).toBe("w/gr_6u__67_e_2n_5");
  expect(tokenOf("w/中文🚲")).toBe("w/_ffx__k1z__2raq_");
});

test("tokens stand between spaces, each as if it were alone, however many there are", () => {
  const marks = fc.array(fc.tuple(beginning, text), { maxLength: 400 });
  const tokens = new TokenText();
  fc.assert(
    fc.property(marks, (all) => {
      for (const [first, rest] of all) tokens.add(first, `${rest}/more`, rest.length);
      expect(tokens.take()).toBe(all.map(([first, rest]) => tokenOf(first) + tokenOf(rest)).join(" "));
    }),
    { numRuns: 50 },
  );
});
