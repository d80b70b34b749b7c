/** A command of the user's that restarts or stops the relay: run by the shell, and waited for. */
import { spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Characters of a failed command's output that its error tells. */
const tail = 500;

/**
 * Runs a command line each time that it is called. Throws an Error with the end of its output when it exits otherwise
 * than with 0. It may leave a relay running behind it, which writes where the command did.
 */
export const byCommand =
  (line: string, folder: string, signal: AbortSignal): (() => Promise<void>) =>
  async () => {
    // A file, and no pipe: the relay that the command leaves behind would keep a pipe open, or die of a closed one.
    const place = await mkdtemp(join(tmpdir(), "conformance-"));
    const log = join(place, "output");
    const output = await open(log, "w");
    try {
      const child = spawn(line, {
        cwd: folder,
        shell: true,
        stdio: ["ignore", output.fd, output.fd],
        signal,
      });
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once("exit", resolve);
        child.once("error", reject);
      });
      if (code === 0) return;
      const said = (await readFile(log, "utf8")).trim().slice(-tail);
      throw new Error(`\`${line}\` ended with ${code}${said === "" ? "" : `: ${said}`}`);
    } finally {
      await output.close();
      await rm(place, { recursive: true, force: true });
    }
  };
