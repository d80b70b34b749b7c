import { readdirSync, readFileSync } from "node:fs";
import {
  fixedClock,
  formatDialogue,
  parseDialogue,
  parseVector,
  readDialogues,
  readVectors,
  seededRandom,
  vectorFolder,
} from "@intentcast/testkit";
import { dialogues, scenarios, vectorFiles } from "@intentcast/testkit/scenarios";
import { describe, expect, test } from "vitest";

describe("vectors", () => {
  test.each([...vectorFiles()])(
    "of the folder %s on disk are what the scenarios generate",
    (folder, files) => {
      const onDisk = readdirSync(vectorFolder(folder)).map((file) => [
        file,
        readFileSync(`${vectorFolder(folder)}${file}`, "utf8"),
      ]);
      expect(onDisk).toEqual([...files].map(([name, text]) => [`${name}.txt`, text]).sort());
    },
  );

  test("lie in no other folders", () => {
    const folders = readdirSync(vectorFolder("."), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...vectorFiles().keys()].sort());
  });

  test("are read back as they were written", () => {
    for (const [stage, vectors] of Object.entries(scenarios)) {
      const sorted = vectors.toSorted((a, b) => (`${a.case}.txt` < `${b.case}.txt` ? -1 : 1));
      expect(readVectors(stage)).toEqual(sorted);
    }
  });

  test("may have white space anywhere in their hex", () => {
    const vector = parseVector("a", "expect: accepted\ncomment: none\nnow: 5\n\n01 02\n\t03\n\n04");
    expect(vector).toEqual({
      case: "a",
      expect: "accepted",
      comment: "none",
      headers: { now: "5" },
      bytes: Uint8Array.of(1, 2, 3, 4),
    });
  });

  test.each([
    ["no empty line", "expect: accepted\ncomment: none\n01"],
    ["no expectation", "comment: none\n\n01"],
    ["no comment", "expect: accepted\n\n01"],
    ["a header twice", "expect: accepted\nexpect: accepted\ncomment: none\n\n01"],
    ["a line that is no header", "expect: accepted\ncomment: none\nhello\n\n01"],
    ["half a byte", "expect: accepted\ncomment: none\n\n012"],
    ["a letter that is not hex", "expect: accepted\ncomment: none\n\n0g"],
  ])("are refused with %s, never skipped", (_, text) => {
    expect(() => parseVector("a", text)).toThrow();
  });
});

describe("dialogues", () => {
  test("are read back as they were written", () => {
    const written = dialogues.map((dialogue) => formatDialogue(dialogue)).sort();
    expect(readDialogues().map(formatDialogue).sort()).toEqual(written);
  });

  test("may hold any value of the profile, any value whatever, named ones and proofs", () => {
    const text =
      'A sends ["publish", -1, h\'00ff\', {"a": [true, false, "\\"\\u00e9"], "bc": {}}, ..., $name, sign(h\'01\', $relay, $it)]';
    expect(formatDialogue(parseDialogue("a", `expect: accepted\ncomment: none\n\n${text}\n`))).toContain(
      text,
    );
  });

  test.each([
    "A",
    "A opens a door",
    "a opens",
    "A sends",
    "A sends [1",
    "A sends [1,, 2]",
    "A sends [1 2]",
    "A sends {1: 2}",
    "A sends [1.5]",
    "A sends null",
    "A sends [] []",
    "A is closed with thunder",
    "the clock says noon",
    "the relay sleeps",
    "",
  ])("are refused with the line %o", (line) => {
    expect(() => parseDialogue("a", `expect: accepted\ncomment: none\n\n${line}\n`)).toThrow();
  });
});

test("a fixed clock moves only when it is moved", () => {
  const clock = fixedClock(100);
  expect([clock(), clock()]).toEqual([100, 100]);
  clock.advance(5);
  expect(clock()).toBe(105);
});

describe("seeded randomness", () => {
  test("repeats for a seed, however it is taken", () => {
    const [a, b] = [seededRandom(1), seededRandom(1)];
    const parts = [a(5), a(0), a(60), a(3)].flatMap((part) => [...part]);
    expect(parts).toEqual([...b(68)]);
  });

  test("differs between seeds", () => {
    expect(seededRandom(1)(16)).not.toEqual(seededRandom(2)(16));
  });

  test("goes on and does not start over", () => {
    const random = seededRandom("x");
    expect(random(32)).not.toEqual(random(32));
  });
});
