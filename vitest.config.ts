import { defineConfig } from "vitest/config";
import { CountsReporter } from "./scripts/counts-reporter.ts";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    reporters: ["default", new CountsReporter()],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
