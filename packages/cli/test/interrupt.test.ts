/** Ctrl-C: a verb that is cut short says so by its exit code, and what it had done stands. */
import { temporaryFolder } from "@intentcast/testkit";
import { expect, it, vi } from "vitest";
import { run } from "../src/program.ts";
import { records, run as runProcess, start } from "./program.ts";

vi.setConfig({ testTimeout: 120_000 });

it("a cast that is interrupted while it waits for offers ends with 130, and stands", async () => {
  await using folder = await temporaryFolder();
  await using relay = start(folder.path, "relay", "--port", "0", "--json", "--data", "r");
  const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
  const common = ["--relay", url, "--data", "d", "--json"];
  const cast = start(folder.path, "cast", "a kite", "--wait", "10min", ...common);
  const { thread } = JSON.parse(await cast.says(/"event":"cast"/)) as { thread: string };
  cast.signal("SIGINT");
  expect((await cast.ended).code).toBe(130);
  const withdrawn = await runProcess(folder.path, "withdraw", thread, ...common);
  expect(records(withdrawn)).toMatchObject([{ event: "withdrawn", thread }]);
});

it("a recovery that is interrupted ends with 130 and a sentence", async () => {
  await using folder = await temporaryFolder();
  const told: string[] = [];
  const terminal = {
    out: (line: string) => void told.push(line),
    err: (line: string) => void told.push(line),
    readInput: async () => new Uint8Array(),
    env: {},
    folder: folder.path,
    interrupted: AbortSignal.abort(),
  };
  expect(await run(["keygen", "--data", "d"], terminal)).toBe(0);
  expect(await run(["recover", "--data", "d", "--relay", "ws://127.0.0.1:9"], terminal)).toBe(130);
  expect(told.at(-1)).toBe("intentcast: interrupted; the same command goes on from here");
});
