/** Texts in which letters, marks and white space of all kinds meet, and the words of seeds. */
import { seedToWords } from "@intentcast/protocol";
import type { Dice } from "../fuzz/dice.ts";
import { ask, type Question } from "./question.ts";

const letters = [..."aZé ́ſßİıΣςσ-_'’،١²½ﬁＡ가각़ཱི🙂𝔘 \u{feff}", "\u200d", "\u00ad", "\u0345", "\u1e9e", "Å"];

export function texts(dice: Dice): Question {
  const points = Array.from({ length: dice.below(12) }, () =>
    dice.chance(0.6) ? dice.pick(letters) : String.fromCodePoint(anyCodePoint(dice)),
  );
  return ask("words", new TextEncoder().encode(points.join("")));
}

/** First and last of blocks that no Unicode after 14 has added to: of others, page 7 lets each side think its own. */
const settled = [
  [0, 0x52f],
  [0x900, 0x97f],
  [0xe00, 0xe7f],
  [0x1100, 0x11ff],
  [0x1e00, 0x206f],
  [0x2100, 0x218b],
  [0x2460, 0x24ff],
  [0x3040, 0x30ff],
  [0x3300, 0x33ff],
  [0x4e00, 0x9ffc],
  [0xac00, 0xd7a3],
  [0xf900, 0xfad9],
  [0xfb00, 0xfb4f],
  [0xfe50, 0xffef],
  [0x10400, 0x1044f],
  [0x1d400, 0x1d7ff],
] as const;

function anyCodePoint(dice: Dice): number {
  const [first, last] = dice.pick(settled);
  return first + dice.below(last - first + 1);
}

/** A seed's words, with letters, white space and words that are nearly right. */
export function phrases(dice: Dice): Question {
  const words = seedToWords(dice.bytes(32)).split(" ");
  const gaps = [" ", "  ", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "\u1680"];
  const oddGaps = ["", "\ufeff", "\u200b", "\u001c", "\u180e"];
  const spaced = words.flatMap((word) => [word, dice.pick(dice.chance(0.003) ? oddGaps : gaps)]);
  const letters = [...spaced.join("")].map((letter) =>
    dice.chance(0.002)
      ? dice.pick(["k\u0301", "ſ", "\u212a", "é", "İ", "x"])
      : dice.chance(0.05) && letter >= "a"
        ? dice.pick([letter.toUpperCase(), String.fromCodePoint((letter.codePointAt(0) as number) + 0xfee0)])
        : letter,
  );
  return ask("seed", new TextEncoder().encode(letters.join("")));
}
