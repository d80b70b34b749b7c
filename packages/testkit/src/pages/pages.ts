/** The pages of the specification, with the examples in them as the vectors have them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examples } from "./examples.ts";

const folder = new URL("../../../../spec/", import.meta.url);

export type Page = { readonly path: string; readonly text: string };

/** Every page under spec/. */
export const readPages = (): readonly Page[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => {
      const path = fileURLToPath(new URL(file, folder));
      return { path, text: readFileSync(path, "utf8") };
    });

const block = /<!-- example: ([a-z ]+) -->\n[\s\S]*?<!-- end of example -->/g;

/** The names of the examples that stand in a page. */
export const examplesIn = (text: string): readonly string[] =>
  [...text.matchAll(block)].map(([, name = ""]) => name);

/** The page with each example made anew. Throws on a name that no example has. */
export const withExamples = (text: string): string =>
  text.replace(block, (_, name: string) => {
    const make = examples[name];
    if (make === undefined) throw new Error(`no example is called ${name}`);
    return `<!-- example: ${name} -->\n${make()}\n<!-- end of example -->`;
  });
