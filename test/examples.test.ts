import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startRelay } from "@intentcast/relay";
import { startNode, temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../examples/", import.meta.url));
const programs = readdirSync(folder).filter((file) => file.endsWith(".ts"));

describe("the examples", () => {
  it.each(programs)("%s has at most 15 lines and needs the public packages only", (file) => {
    const source = readFileSync(`${folder}${file}`, "utf8");
    expect(source.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(15);
    const imported = [...source.matchAll(/from "([^"]+)"/g)].map(([, name]) => name);
    expect(
      imported.filter((name) => !/^(@intentcast\/[a-z-]+(\/[a-z-]+)?|node:[a-z/]+)$/.test(name ?? "")),
    ).toEqual([]);
  });

  it("trade with each other over a relay", async () => {
    await using home = await temporaryFolder();
    await using relay = await startRelay({ port: 0 });
    await using seller = startNode(home.path, `${folder}seller.ts`, [`${folder}products.csv`, relay.url]);
    expect(await seller.says(/on sale/)).toMatch(/^3 items on sale as did:key:z6Mk/);
    const buyer = startNode(home.path, `${folder}buyer.ts`, [relay.url]);
    const { code, out, err } = await buyer.ended;
    expect(err).toBe("");
    expect(out).toMatch(/^order [0-9A-F]+ of My Shop: 28\.5 USD$/);
    expect(code).toBe(0);
  });
});
