import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startRelay } from "@intentcast/relay";
import { expect, test } from "vitest";
import { ScriptedSeller } from "./scripted-seller.ts";

test("the buyer of the README is at most 15 lines long and gets its order", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const lines = example.split("\n").filter((line) => line !== "" && !line.startsWith("import "));
  expect(lines.length).toBeLessThanOrEqual(15);

  const clock = () => Math.floor(Date.now() / 1000);
  await using relay = await startRelay({ port: 0, clock });
  await using seller = new ScriptedSeller(relay.url, 1, clock);
  // Inside the package, so that its own name resolves as it does for its users.
  const folder = mkdtempSync(join(import.meta.dirname, "readme-"));
  try {
    const here = example.replace("ws://127.0.0.1:7447", relay.url);
    writeFileSync(join(folder, "example.ts"), here);
    const run = promisify(execFile)(process.execPath, ["example.ts"], { cwd: folder });
    const intent = await seller.hear();
    await seller.offer(intent, 4800);
    await seller.order(intent, await seller.receive(intent), 4800);
    expect((await run).stdout).toMatch(/^did:key:\S+ \d+\nC-1001\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
