import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seedToWords } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it } from "vitest";
import { ensureKeyFile, readKeyFile, writeKeyFile } from "../src/key-file.ts";
import { records, run } from "./program.ts";

const seed = new Uint8Array(32).fill(7);

describe("a key file", () => {
  it("gives the seed back, and is for its owner alone", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "new", "seed.key");
    await writeKeyFile(path, seed);
    expect(await readKeyFile(path)).toEqual(seed);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, "new"))).mode & 0o777).toBe(0o700);
  });

  it("is never replaced", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    const { seed: first, made } = await ensureKeyFile(path);
    expect(made).toBe(true);
    await expect(writeKeyFile(path, seed)).rejects.toThrow(/exists already/);
    expect(await ensureKeyFile(path)).toEqual({ seed: first, made: false });
  });

  it("is refused when others can read it, with the command that mends it", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeKeyFile(path, seed);
    await chmod(path, 0o640);
    await expect(readKeyFile(path)).rejects.toThrow(`chmod 600 ${path}`);
  });

  it("is not followed through a link", async () => {
    await using folder = await temporaryFolder();
    await writeKeyFile(join(folder.path, "real.key"), seed);
    await symlink(join(folder.path, "real.key"), join(folder.path, "link.key"));
    await expect(readKeyFile(join(folder.path, "link.key"))).rejects.toThrow(/is a link/);
    await expect(writeKeyFile(join(folder.path, "link.key"), seed)).rejects.toThrow(/exists already/);
  });

  it.each([
    ["empty", ""],
    ["of another kind", "PNG"],
    ["half written", `intentcast seed, version 1\n${seedToWords(seed).slice(0, 40)}`],
    ["of a later version", `intentcast seed, version 2\n${seedToWords(seed)}\n`],
  ])("is refused when it is %s, without a word of it in the refusal", async (_, text) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "seed.key");
    await writeFile(path, text, { mode: 0o600 });
    const refusal = await readKeyFile(path).then(() => "none", String);
    expect(refusal).toMatch(/not a key file of this version|session\/seed-form/);
    for (const word of seedToWords(seed).split(" ")) expect(refusal).not.toContain(` ${word} `);
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
