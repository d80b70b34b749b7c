import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seedToWords } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { ensureKeyFile, readKeyFile, writeKeyFile } from "../src/key-file.ts";
import type { Passphrase } from "../src/passphrase.ts";
import { records, run } from "./program.ts";

// Each test runs several processes, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const seed = new Uint8Array(32).fill(7);

/** Somebody who gives this passphrase, or none. */
const giving = (passphrase?: string): Passphrase => ({
  given: async () => passphrase,
  toOpen: async () => passphrase,
  chosen: async () => String(passphrase),
});
const nobody = giving();

const refusalOf = (path: string, who = nobody): Promise<string> =>
  readKeyFile(path, who).then(() => "none", String);

describe("a key file", () => {
  it("gives the seed back, and is for its owner alone", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "new", "seed.key");
    await writeKeyFile(path, { seed });
    expect(await readKeyFile(path, nobody)).toEqual({ seed });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, "new"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder.path, "new"))).toEqual(["seed.key"]);
  });

  it("is never replaced", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    const { keys: first, made } = await ensureKeyFile(path, nobody);
    expect(made).toBe(true);
    await expect(writeKeyFile(path, { seed })).rejects.toThrow(/exists already/);
    expect(await ensureKeyFile(path, nobody)).toEqual({ keys: first, made: false });
    expect(await readdir(folder.path)).toEqual(["seed.key"]);
  });

  it("is refused when others can read it, with the command that mends it", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeKeyFile(path, { seed });
    await chmod(path, 0o640);
    expect(await refusalOf(path)).toMatch(`chmod 600 '${path}'`);
    expect(await refusalOf(path)).toMatch("session/key-file-unsafe");
  });

  it("is not followed through a link", async () => {
    await using folder = await temporaryFolder();
    const link = join(folder.path, "link.key");
    await writeKeyFile(join(folder.path, "real.key"), { seed });
    await symlink(join(folder.path, "real.key"), link);
    expect(await refusalOf(link)).toMatch(/key-file-unsafe.*is a link/);
    await expect(writeKeyFile(link, { seed })).rejects.toThrow(/exists already/);
  });

  it.each([
    ["empty", "", /key-file-broken/],
    ["of another kind", "PNG", /key-file-broken.*does not begin like a key file/],
    [
      "half written",
      `intentcast seed, version 1\n${seedToWords(seed).slice(0, 40)}`,
      /key-file-broken.*words, not 24/,
    ],
    [
      "of a later version",
      `intentcast seed, version 2\n${seedToWords(seed)}\n`,
      /key-file-version.*of version 2, this program reads 1/,
    ],
  ])("is refused when it is %s, without a word of it in the refusal", async (_, text, sentence) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeFile(path, text, { mode: 0o600 });
    const refusal = await refusalOf(path);
    expect(refusal).toMatch(sentence);
    for (const word of seedToWords(seed).split(" ")) expect(refusal).not.toContain(` ${word} `);
  });
});

describe("a locked key file", () => {
  it("opens with its passphrase, however a keyboard composes its letters, and with no other", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeKeyFile(path, { seed, passphrase: "Caf\u00e9 au lait" });
    for (const word of seedToWords(seed).split(" "))
      expect(await readFile(path, "utf8")).not.toContain(` ${word} `);
    expect(await readKeyFile(path, giving("Cafe\u0301 au lait"))).toMatchObject({ seed });
    expect(await refusalOf(path, giving("caf\u00e9 au lait"))).toMatch(
      /key-file-locked.*not with this passphrase/,
    );
    expect(await refusalOf(path)).toMatch(/key-file-locked.*INTENTCAST_PASSPHRASE/);
  });

  it("is refused when a part of it is missing or changed", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeKeyFile(path, { seed, passphrase: "one" });
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, text.length / 2));
    expect(await refusalOf(path, giving("one"))).toMatch(/key-file-broken.*a part of it is missing/);
    const end = text.indexOf("\n-----END");
    await writeFile(path, `${text.slice(0, end - 8)}AAAA${text.slice(end - 4)}`);
    expect(await refusalOf(path, giving("one"))).toMatch(/key-file-(locked|broken)/);
  });
});

describe("intentcast keygen", () => {
  it("makes a seed once, shows its words again when asked, and names a seller's identity", async () => {
    await using folder = await temporaryFolder();
    const made = await run(folder.path, "keygen", "--as", "seller", "--data", "d", "--json");
    expect(made.code, made.err).toBe(0);
    const [record] = records(made);
    expect(record).toMatchObject({
      identity: expect.stringMatching(/^did:key:z6Mk/),
      words: expect.any(String),
    });
    const shown = await run(folder.path, "keygen", "--as", "seller", "--show", "--data", "d", "--json");
    expect(records(shown)).toEqual([record]);
    const again = await run(folder.path, "keygen", "--as", "seller", "--data", "d");
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/exists already/);
    expect(await readFile(join(folder.path, "d", "seller", "seed.key"), "utf8")).toContain(
      String(record?.["words"]),
    );
  });

  it("says so where there is nothing to show", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "d"));
    const { code, err } = await run(folder.path, "keygen", "--show", "--data", "d");
    expect(code).toBe(1);
    expect(err).toMatch(/there is no key file/);
  });
});
