/**
 * Writes the vectors' files and the examples in the specification's pages anew: `pnpm --filter @intentcast/testkit
 * generate`. Tests hold them equal to this.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readPages, withExamples } from "./pages/pages.ts";
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

for (const { path, text } of readPages()) writeFileSync(path, withExamples(text));
