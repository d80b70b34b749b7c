/** Writes the vectors' files anew: `pnpm --filter @intentcast/testkit generate`. A test holds them equal to this. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { vectorFiles } from "./scenarios/all.ts";
import { vectorFolder } from "./vectors.ts";

function write(folder: string, files: ReadonlyMap<string, string>): void {
  const path = vectorFolder(folder);
  mkdirSync(path, { recursive: true });
  for (const file of readdirSync(path)) rmSync(`${path}${file}`);
  for (const [name, text] of files) writeFileSync(`${path}${name}.txt`, text);
  console.log(`${folder}: ${files.size} files`);
}

for (const [folder, files] of vectorFiles()) write(folder, files);
