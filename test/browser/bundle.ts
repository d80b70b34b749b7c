/** Bundles what a page imports as an app's build would: for browsers, minified, all in one file. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

export type Bundle = {
  readonly code: string;
  readonly gzippedBytes: number;
  /** Paths of the files of which anything is left in the code. */
  readonly files: readonly string[];
};

export async function bundleForBrowser(entry: string): Promise<Bundle> {
  await using build = await rolldown({ input: entry, platform: "browser" });
  const { output } = await build.generate({
    format: "esm",
    minify: true,
    // What a bundler is told about code that it might drop; licences stay.
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  const [chunk] = output;
  const files = Object.entries(chunk.modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([path]) => path);
  return { code: chunk.code, gzippedBytes: gzipSync(chunk.code, { level: 9 }).length, files };
}
