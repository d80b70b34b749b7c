import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { refusals } from "../src/index.ts";

test("page 9 of the specification has every code that is sent, and no other", () => {
  const page = readFileSync(new URL("../../../spec/09-between-relays.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("Reconciliation"), page.indexOf("\n## 2. "));
  const rows = [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code);
  expect(rows.sort()).toEqual(Object.keys(refusals).sort());
});
