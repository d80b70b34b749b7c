/** Writes the tables of spec/registries.md that the code knows: `node scripts/write-registries.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { filterKinds } from "../packages/protocol/src/filter/filter.ts";
import { kinds } from "../packages/protocol/src/message/kinds.ts";
import { statuses } from "../packages/protocol/src/message/update.ts";
import { stages } from "../packages/protocol/src/reject.ts";
import { clientFrameNames, relayFrameNames } from "../packages/protocol/src/wire/frame.ts";

const page = new URL("../spec/registries.md", import.meta.url);
const code = (text: string): string => `\`${text}\``;
const rows = (lines: readonly (readonly string[])[]): string =>
  lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const tables: Readonly<Record<string, string>> = {
  kinds: `| kind | content type | travels |\n|---|---|---|\n${rows(
    Object.entries(kinds).map(([kind, { visibility }]) => [
      code(kind),
      code(`application/intentcast.${kind}+cbor`),
      visibility === "open" ? "in the open" : "sealed",
    ]),
  )}`,
  frames: `| frame | from |\n|---|---|\n${rows([
    ...clientFrameNames.map((name) => [code(name), "client"]),
    ...relayFrameNames.map((name) => [code(name), "relay"]),
  ])}`,
  "filter kinds": filterKinds.map(code).join(", "),
  statuses: statuses.map(code).join(", "),
  stages: stages.map((stage) => `[${stage}](errors.md#${stage})`).join(", "),
};

const block = /<!-- from the code: ([a-z ]+) -->\n[\s\S]*?<!-- end -->/g;

/** The page with each table as the code has it. Throws on a name that is none. */
export const registriesPage = (text: string): string =>
  text.replace(block, (_, name: string) => {
    if (tables[name] === undefined) throw new Error(`no table is called ${name}`);
    return `<!-- from the code: ${name} -->\n${tables[name]}\n<!-- end -->`;
  });

if (import.meta.main) writeFileSync(page, registriesPage(readFileSync(page, "utf8")));
