import { fromHex } from "@intentcast/protocol";
import { describe, expect, test } from "vitest";
import { examples } from "../src/pages/examples.ts";
import { layOut } from "../src/pages/layout.ts";
import { examplesIn, readPages, withExamples } from "../src/pages/pages.ts";

describe("the examples in the specification's pages", () => {
  test.each(readPages().map(({ path, text }) => [path.split("/").at(-1), text]))(
    "are current in %s",
    (_, text) => {
      expect(text).toBe(withExamples(text ?? ""));
    },
  );

  test("each stand in one page", () => {
    const standing = readPages().flatMap(({ text }) => examplesIn(text));
    expect(standing.toSorted()).toEqual(Object.keys(examples).sort());
  });

  test("are refused under a name that none has", () => {
    expect(() => withExamples("<!-- example: nothing -->\n<!-- end of example -->")).toThrow("nothing");
  });
});

describe("bytes that are laid out", () => {
  test("have an item a line, its bytes on the left and what they are on the right", () => {
    const shown = layOut(fromHex("a2616101616282f53903e7")).split("\n");
    expect(shown.map((line) => line.split(/ {2,}(?=\S)/).filter((part) => part !== ""))).toEqual([
      ["a2", "map of 2"],
      ["61 61", '"a"'],
      ["01", "1"],
      ["61 62", '"b"'],
      ["82", "array of 2"],
      ["f5", "true"],
      ["39 03 e7", "-1000"],
    ]);
    expect(shown.map((line) => line.search(/\S/))).toEqual([0, 2, 4, 2, 4, 6, 6]);
  });

  test("show what a byte string holds, where the legend says that it holds something", () => {
    const legend = { embedded: ["0"], notes: { "0": "inner", "0.0.0": "key" } };
    const shown = layOut(fromHex("8143a10102"), legend);
    expect(shown).toContain("3 bytes: inner");
    expect(shown).toContain("map of 1");
    expect(shown).toContain("1: key");
  });

  test("leave out the middle of what is very long", () => {
    const shown = layOut(fromHex(`5903e8${"00".repeat(1000)}`));
    expect(shown).toContain("1000 bytes");
    expect(shown).toContain("… 952 bytes …");
    expect(shown.split("\n")).toHaveLength(4);
  });

  test.each(["8201", "8101ff", "4301"])("are an item, whole and alone, unlike %s", (hex) => {
    expect(() => layOut(fromHex(hex))).toThrow();
  });
});
