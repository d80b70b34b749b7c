/** What the vectors cover, all together: every stage that the specification names, and every code that it lists. */
import { readFileSync } from "node:fs";
import { kinds, registry } from "@intentcast/protocol";
import { readDialogues, readVectors } from "@intentcast/testkit";
import { dialogues, scenarios } from "@intentcast/testkit/scenarios";
import { describe, expect, test } from "vitest";
import { readPages } from "../src/pages/pages.ts";

const page = (name: string): string =>
  readFileSync(new URL(`../../../spec/${name}`, import.meta.url), "utf8");

const folders = Object.keys(scenarios);
const all = [...folders.flatMap((folder) => readVectors(folder)), ...readDialogues()];
/** Codes of reconciliation are page 9's own. */
const reconciling = (refusal: string): boolean => refusal.startsWith("negentropy/");
const refusals = new Set(all.map((one) => one.expect).filter((expected) => expected !== "accepted"));

/** The codes that a part of errors.md lists, as stage/code. */
const listed = (text: string): string[] =>
  text.split(/^## /m).flatMap((section) => {
    const stage = /^[a-z]+/.exec(section)?.[0];
    return [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => `${stage}/${code}`);
  });

describe("the vectors", () => {
  test("are at least four hundred", () => {
    expect(all.length).toBeGreaterThanOrEqual(400);
    expect(dialogues).not.toEqual([]);
  });

  test("have each reject code that travels, and no other", () => {
    const [travelling = ""] = page("errors.md").split("### A program's own");
    const codes = listed(travelling);
    expect([...refusals].filter((refusal) => !reconciling(refusal)).sort()).toEqual(codes.sort());
  });

  test("have codes that a page gives, beside the rule", () => {
    const pages = readPages().filter(({ path }) => /\/0\d-[a-z-]+\.md$/.test(path));
    const text = pages.map((one) => one.text).join("\n");
    const [travelling = ""] = page("errors.md").split("### A program's own");
    const missing = listed(travelling).filter(
      (code) => !text.includes(`\`${code}\``) && !text.includes(`\`${code.split("/")[1]}\``),
    );
    expect(missing).toEqual([]);
  });

  test("have no code of a program's own", () => {
    const [, own = ""] = page("errors.md").split("### A program's own");
    const codes = listed(`## session${own}`);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => refusals.has(code))).toEqual([]);
    expect(codes.every((code) => code.slice("session/".length) in registry.session)).toBe(true);
  });

  test("have each code with which page 9 refuses what comes in a reconciliation, and no other", () => {
    const [, section = ""] = /### 1\.2 ([\s\S]*?)\n## 2\. /.exec(page("09-between-relays.md")) ?? [];
    // What a side likes, and what takes more than a file should hold, the tests of packages/negentropy show.
    const elsewhere = ["list-too-long", "too-deep", "rate-limited", "stopped"].map(
      (code) => `negentropy/${code}`,
    );
    const codes = listed(`## negentropy\n${section}`).filter((code) => !elsewhere.includes(code));
    expect(codes.length).toBeGreaterThan(12);
    expect([...refusals].filter(reconciling).sort()).toEqual(codes.sort());
  });

  test("have a message of each kind that is accepted, and one that is refused", () => {
    const told = (accepted: boolean) =>
      new Set(
        readVectors("validate")
          .filter((vector) => (vector.expect === "accepted") === accepted)
          .map(({ headers }) => headers["kind"]),
      );
    expect([...told(true)].sort()).toEqual(Object.keys(kinds).sort());
    expect([...told(false)].sort()).toEqual(Object.keys(kinds).sort());
  });

  test.each([
    ["decode", /RFC 8949 appendix A/],
    ["signature", /RFC 8032 section 7\.1/],
    ["signature", /Taming the many EdDSAs/],
    ["signature", /C2SP CCTV/],
    ["signature", /cose-wg\/Examples/],
    ["envelope", /cose-wg\/Examples/],
    ["hpke", /RFC 9180 appendix A/],
  ])("of %s name their source where it is another: %s", (folder, source) => {
    expect(readVectors(folder).some(({ comment }) => source.test(comment))).toBe(true);
  });

  test("each say what they are about", () => {
    expect(all.filter(({ comment }) => comment.trim() === "")).toEqual([]);
  });
});

test("the vectors' README has a row for each folder, and for no other", () => {
  const rows = [...page("vectors/README.md").matchAll(/^\| \[([a-z-]+)\]\(\1\) \|/gm)].map(
    ([, name]) => name,
  );
  expect(rows.sort()).toEqual([...folders, "dialogue"].sort());
});

test("the guide for implementers has a step for each folder, once", () => {
  const guide = page("../docs/guides/implementer.md");
  const steps = [...guide.matchAll(/\[([a-z-]+)\]\(\.\.\/\.\.\/spec\/vectors\/\1\) \|/g)].map(
    ([, name]) => name,
  );
  expect(steps.sort()).toEqual([...folders, "dialogue"].sort());
});
