/** Writes the vectors' files anew: `pnpm --filter @intentcast/testkit generate`. A test holds them equal to this. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { scenarios } from "./scenarios/all.ts";
import { formatVector, vectorFolder } from "./vectors.ts";

for (const [stage, vectors] of Object.entries(scenarios)) {
  const folder = vectorFolder(stage);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(`${folder}${file}`);
  for (const vector of vectors) writeFileSync(`${folder}${vector.case}.txt`, formatVector(vector));
  console.log(`${stage}: ${vectors.length} vectors`);
}
