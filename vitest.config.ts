import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { CountsReporter } from "./scripts/counts-reporter.ts";

/** `MATCHING=oracle`: relays in the tests' own process ask every filter in turn, in place of their index. */
const oracle = {
  find: /^.*\/index\/match-index\.ts$/,
  replacement: fileURLToPath(new URL("packages/relay/test/oracle-index.ts", import.meta.url)),
};

export default defineConfig({
  resolve: { alias: process.env["MATCHING"] === "oracle" ? [oracle] : [] },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/seeded-properties.ts"],
    reporters: ["default", new CountsReporter()],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
