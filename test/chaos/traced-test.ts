/** Tests that need strace, and may be left out where there is none: they then say why. Where CI is set they fail. */
import { test } from "vitest";
import { canTrace } from "./trace.ts";

const needed = "no strace here: install it (Debian: apt-get install strace)";

export function testTraced(name: string, body: () => Promise<void>, timeoutMs: number): void {
  if (canTrace()) {
    test(name, body, timeoutMs);
    return;
  }
  if (process.env["CI"] && process.env["CI"] !== "false") throw new Error(needed);
  test(name, ({ skip }) => skip(needed));
}
