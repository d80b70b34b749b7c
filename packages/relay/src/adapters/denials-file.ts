/** Denials in a file of the data folder. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Denial, Denials } from "../ports/denials.ts";
import type { Log } from "../ports/log.ts";

const isDenial = (value: unknown): value is Denial => {
  const { peer, until, times, why } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof peer === "string" && Number.isInteger(until) && Number.isInteger(times) && typeof why === "string"
  );
};

function read(path: string): readonly Denial[] {
  const list: unknown = JSON.parse(readFileSync(path, "utf8"));
  return Array.isArray(list) ? list.filter(isDenial) : [];
}

/** Reads and writes `denied.json`. A file that cannot be read costs the denials in it, and no more. */
export function denialsFile(folder: string, log: Log): Denials {
  const path = join(folder, "denied.json");
  return {
    load: () => {
      try {
        return read(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT")
          log("warn", "denials.unreadable", { error: String(error) });
        return [];
      }
    },
    save: (denials) => {
      try {
        writeFileSync(`${path}.partial`, `${JSON.stringify(denials, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.partial`, path);
      } catch (error) {
        log("error", "denials.unsaved", { error: String(error) });
      }
    },
  };
}

/** For a relay without a data folder. */
export const unsavedDenials: Denials = { load: () => [], save: () => {} };
