/** The programs in the guides for buyers and sellers: each is run as it stands there, and they trade with each other. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startRelay } from "@intentcast/relay";
import { startNode, temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";

/** The pieces of a guide, one after the other. */
function programOf(guide: string): string {
  const text = readFileSync(join(import.meta.dirname, "..", "docs", "guides", guide), "utf8");
  const pieces = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, piece = ""]) => piece);
  return pieces.join("\n");
}

test("the programs of the guides for buyers and for sellers make a deal over a relay", async () => {
  await using shop = await temporaryFolder();
  await using wallet = await temporaryFolder();
  await using relay = await startRelay({ port: 0 });
  // Inside the repository, so that the packages' names resolve as they do for their users.
  const programs = await mkdtemp(join(import.meta.dirname, "guides-"));
  try {
    for (const name of ["buyer", "seller"])
      await writeFile(join(programs, `${name}.ts`), programOf(`${name}.md`));
    await using seller = startNode(shop.path, join(programs, "seller.ts"), [relay.url]);
    expect(await seller.says(/^open as/)).toMatch(/^open as did:key:z6Mk/);
    const { code, out, err } = await startNode(wallet.path, join(programs, "buyer.ts"), [relay.url]).ended;
    expect(err).toBe("");
    const lines = out.trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "24 words for the paper",
      "cast, and told to 1 at once",
      "My Pottery: 4700 after a moment",
    ]);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^order P-[0-9a-f]{6}: 47 USD$/),
      "paid 47 USD",
      "proved: receipted",
    ]);
    expect(lines.length).toBeGreaterThan(6);
    expect(code).toBe(0);
    expect(await seller.says(/^heard: award$/)).toBe("heard: award");
  } finally {
    await rm(programs, { recursive: true });
  }
});
