/** What would be published works for whoever installs it: every door opens under plain Node, with its types beside it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Manifest } from "./rules/tree.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

let place: string;
const modules = () => join(place, "node_modules");
const packed = new Map<string, Manifest & { version: string }>();

const manifestIn = async (folder: string) => JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** Puts a package's tarball where an installation would, with what it depends on from elsewhere beside it. */
async function install(folder: string, name: string) {
  await run("pnpm", ["pack", "--out", join(place, `${folder}.tgz`)], { cwd: join(root, "packages", folder) });
  const home = join(modules(), name);
  await mkdir(join(home, "node_modules"), { recursive: true });
  await run("tar", ["-xzf", join(place, `${folder}.tgz`), "-C", home, "--strip-components=1"]);
  const manifest = await manifestIn(home);
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (dependency.startsWith("@intentcast/")) continue;
    const link = join(home, "node_modules", dependency);
    await mkdir(join(link, ".."), { recursive: true });
    await symlink(await realpath(join(root, "packages", folder, "node_modules", dependency)), link);
  }
  packed.set(name, manifest);
}

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "packing-"));
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], { cwd: root });
  for (const folder of await readdir(join(root, "packages"))) {
    const { name, private: isPrivate } = await manifestIn(join(root, "packages", folder));
    if (isPrivate !== true) await install(folder, name);
  }
}, 120_000);

afterAll(() => rm(place, { recursive: true }));

it("every door of every package opens, and its types are there", async () => {
  for (const [name, { exports = {} }] of packed)
    for (const [door, conditions] of Object.entries(exports)) {
      const { types, default: built } = conditions as unknown as { types: string; default: string };
      expect(existsSync(join(modules(), name, types)), `${name} ${types}`).toBe(true);
      expect(built).toMatch(/^\.\/dist\/.*\.js$/);
      const specifier = name + door.slice(1);
      await run(process.execPath, ["--input-type=module", "-e", `await import("${specifier}")`], {
        cwd: place,
      });
    }
});

it("packages depend on each other by version, and each brings its licence and its description along", async () => {
  for (const [name, { dependencies = {} }] of packed) {
    expect(JSON.stringify(dependencies)).not.toContain("workspace:");
    const files = await readdir(join(modules(), name));
    expect(files, name).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "src"]));
    expect(await readdir(join(modules(), name, "dist")), name).not.toContain(".tsbuildinfo");
  }
});
