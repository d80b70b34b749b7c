/** A wallet and a shop that are locked with a passphrase, as processes: where it may come from, and what lies on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startNode, temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { program, records, run, runIn, start } from "./program.ts";

const example = fileURLToPath(new URL("../../../examples/products.csv", import.meta.url));
const passphrase = "a heron over Harbor Street";
const given = { INTENTCAST_PASSPHRASE: passphrase };
vi.setConfig({ testTimeout: 120_000 });

/** All that lies in a folder, in one text. */
async function bytesUnder(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const contents = await Promise.all(files.map((one) => readFile(join(one.parentPath, one.name), "latin1")));
  return contents.join("\n");
}

describe("a passphrase", () => {
  it("locks wallet and shop: they trade with it, are refused without it, and nothing of a deal lies open on the disk", async () => {
    await using folder = await temporaryFolder();
    await using relay = start(folder.path, "relay", "--port", "0", "--json", "--data", "relay-data");
    const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
    const common = ["--relay", url, "--json", "--data", "d"];
    const say = (...args: string[]) => runIn(given, folder.path, ...args, ...common);

    const made = await say("keygen", "--lock");
    expect(records(made)).toMatchObject([{ locked: true, words: expect.any(String) }]);
    const words = String(records(made)[0]?.["words"]);
    const selling = ["sell", "--feed", example, "--deliver", "courier=9:2h", "--paid-at-once", ...common];
    await using shop = startNode(folder.path, program, selling, { env: given });
    await shop.says(/"event":"open"/);

    const cast = await say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    expect(cast.code, cast.err).toBe(0);
    const offer = String(records(cast).find(({ event }) => event === "offer")?.["offer"]);
    const award = await say("award", offer, "--name", "Ada Byrne", "--telephone", "+1 619 555 0100");
    expect(award.code, award.err).toBe(0);
    await shop[Symbol.asyncDispose]();

    const disk = await bytesUnder(join(folder.path, "d"));
    for (const secret of [
      "garden",
      "Ada Byrne",
      "619 555",
      passphrase,
      ...words
        .split(" ")
        .slice(0, 3)
        .map((w) => ` ${w} `),
    ])
      expect(disk).not.toContain(secret);

    for (const role of ["buyer", "seller"]) {
      const without = await run(folder.path, "export", "x", "--as", role, ...common);
      expect(without.code).toBe(1);
      expect(records(without)).toMatchObject([{ error: { code: "key-file-locked", stage: "session" } }]);
      const wrong = await runIn(
        { INTENTCAST_PASSPHRASE: "a heron" },
        folder.path,
        "note",
        "ffff",
        "--as",
        role,
        ...common,
      );
      expect(records(wrong)).toMatchObject([{ error: { code: "key-file-locked" } }]);
    }
    expect(records(await say("orders"))).toMatchObject([{ total: 24_900, phase: "receipted" }]);
  });

  it("is put on a wallet that had none, and taken off again, by its words and an export", async () => {
    await using folder = await temporaryFolder();
    const data = ["--data", "d", "--json"];
    await run(folder.path, "cast", "a kite", "--wait", "1s", "--relay", "ws://127.0.0.1:9", ...data);
    const [{ words } = {}] = records(await run(folder.path, "keygen", "--show", ...data));
    expect((await run(folder.path, "export", "open.icj", ...data)).code).toBe(0);
    await rename(join(folder.path, "d", "buyer"), join(folder.path, "d", "buyer-before"));

    const restoring = ["keygen", "--restore", "--lock", ...data];
    const restored = await startNode(folder.path, program, restoring, { input: String(words), env: given })
      .ended;
    expect(restored.code, restored.err).toBe(0);
    expect((await runIn(given, folder.path, "import", "open.icj", ...data)).code).toBe(0);
    expect(await bytesUnder(join(folder.path, "d", "buyer"))).not.toContain("kite");

    const exported = await runIn(given, folder.path, "export", "locked.icj", ...data);
    expect(exported.code, exported.err).toBe(0);
    expect(await readFile(join(folder.path, "locked.icj"), "latin1")).not.toContain("kite");
    const elsewhere = ["--data", "e", "--json"];
    await startNode(folder.path, program, ["keygen", "--restore", ...elsewhere], { input: String(words) })
      .ended;
    const refused = await run(folder.path, "import", "locked.icj", ...elsewhere);
    expect(refused.err).toMatch(/locked\.icj is locked with a passphrase; .*INTENTCAST_PASSPHRASE/);
    expect((await runIn(given, folder.path, "import", "locked.icj", ...elsewhere)).code).toBe(0);
    expect(await bytesUnder(join(folder.path, "e", "buyer"))).toContain("kite");

    // The key file of the one with the journal of the other: neither is taken for what it is not.
    await rename(join(folder.path, "e", "buyer", "seed.key"), join(folder.path, "seed.key"));
    await rename(join(folder.path, "d", "buyer", "journal.sqlite"), join(folder.path, "locked.sqlite"));
    await rename(
      join(folder.path, "e", "buyer", "journal.sqlite"),
      join(folder.path, "d", "buyer", "journal.sqlite"),
    );
    await rename(join(folder.path, "locked.sqlite"), join(folder.path, "e", "buyer", "journal.sqlite"));
    await rename(join(folder.path, "seed.key"), join(folder.path, "e", "buyer", "seed.key"));
    const lockedKeys = await runIn(given, folder.path, "orders", "--wait", "1s", ...data);
    expect(lockedKeys.err).toMatch(/journal-broken.*it is not sealed with a passphrase/);
    const openKeys = await run(folder.path, "orders", "--wait", "1s", ...elsewhere);
    expect(openKeys.err).toMatch(/journal-locked.*it is sealed, and no passphrase was given/);
  });

  it("is read from a file that nobody else can read", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "passphrase");
    await writeFile(file, `${passphrase}\n`, { mode: 0o600 });
    const flags = ["--passphrase-file", "passphrase", "--data", "d", "--json"];
    expect(records(await run(folder.path, "keygen", ...flags))).toMatchObject([{ locked: true }]);
    expect((await runIn(given, folder.path, "keygen", "--show", "--data", "d")).code).toBe(0);
    await chmod(file, 0o644);
    expect((await run(folder.path, "keygen", "--show", ...flags)).err).toMatch(/chmod 600/);
    await chmod(file, 0o600);
    await writeFile(file, "\n");
    expect((await run(folder.path, "keygen", "--show", ...flags)).err).toMatch(/the passphrase is empty/);
    expect((await run(folder.path, "keygen", "--passphrase-file", "none", "--data", "e")).err).toMatch(
      /ENOENT/,
    );
  });

  it("is never taken from the command line, and has to come from somewhere", async () => {
    await using folder = await temporaryFolder();
    for (const flag of ["--passphrase", "--passphrase=x"]) {
      const { code, err } = await run(folder.path, "keygen", flag);
      expect(code).toBe(2);
      expect(err).toMatch(/unknown option/);
    }
    const { code, err } = await run(folder.path, "keygen", "--lock");
    expect(code).toBe(2);
    expect(err).toMatch(/there is nobody to ask for a passphrase; set INTENTCAST_PASSPHRASE/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("is asked for at a terminal, twice when it is new, and not shown", async () => {
    await using folder = await temporaryFolder();
    const keygen = ["keygen", "--data", "d"];
    const differing = await atTerminal(folder.path, [...keygen, "--lock"], [passphrase, "another"]);
    expect(differing).toMatchObject({ code: 1, seen: expect.stringMatching(/the two passphrases differ/) });
    const made = await atTerminal(folder.path, [...keygen, "--lock"], [passphrase, passphrase]);
    expect(made).toMatchObject({ code: 0, seen: expect.stringMatching(/locked with your passphrase/) });
    const shown = await atTerminal(folder.path, [...keygen, "--show"], [passphrase]);
    expect(shown.code).toBe(0);
    const [words = "none"] = /^([a-z]+ ){23}[a-z]+/m.exec(shown.seen) ?? [];
    expect(made.seen).toContain(words);
    expect(differing.seen + made.seen + shown.seen).not.toContain(passphrase);
    const interrupted = await atTerminal(folder.path, [...keygen, "--show"], ["\u0003"]);
    expect(interrupted).toMatchObject({ code: 130 });
  });
});

/** Runs the program at a terminal of its own, and types an answer and Enter whenever it asks for a passphrase. */
async function atTerminal(folder: string, args: readonly string[], answers: readonly string[]) {
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", program, ...args];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qefc", quoted, "/dev/null"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, TERM: "xterm" },
  });
  let seen = "";
  let asked = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    seen += text;
    const questions = seen.match(/passphrase[^\n]*: |once more: /g)?.length ?? 0;
    for (; asked < Math.min(questions, answers.length); asked++) child.stdin.write(`${answers[asked]}\r`);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, seen };
}
