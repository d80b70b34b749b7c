/** The rules as a list: each can be named, understood and looked up in the specification. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rules } from "../src/rules.ts";

const spec = join(import.meta.dirname, "../../../spec");

/** The anchor of a heading, as where Markdown is shown. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

it("every rule has a name of its own, says one sentence, and links to a heading of the specification", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, says, spec: link } of rules) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/);
    expect(says, id).toMatch(/[^.]\.$/);
    const [page = "", anchor] = link.split("#");
    const headings = [...readFileSync(join(spec, page), "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      anchorOf(heading as string),
    );
    if (anchor !== undefined) expect(headings, `${id}: ${link}`).toContain(anchor);
  }
});

it("the rules that end the relay come last", () => {
  const ids = rules.map(({ id }) => id);
  expect(ids.slice(-3)).toEqual(["restart/durable", "restart/positions", "going-away/goodbye"]);
});
