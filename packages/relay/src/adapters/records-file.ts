/** Records of relays in a file of the data folder. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64url, toBase64url } from "@intentcast/protocol";
import type { Log } from "../ports/log.ts";
import type { Records, Told } from "../ports/records.ts";

const line = /^(machine|site|world) ([\w-]+)$/;

/** A line that is none costs that record, and no more. */
function readLine(text: string): Told[] {
  const [, told, bytes = ""] = line.exec(text) ?? [];
  try {
    return told === undefined ? [] : [{ told: told as Told["told"], bytes: fromBase64url(bytes) }];
  } catch {
    return [];
  }
}

const writeLine = ({ told, bytes }: Told): string => `${told} ${toBase64url(bytes)}\n`;

/** Reads and writes `known-relays`, a line for each: how far away the teller was, and the record in base64url. */
export function recordsFile(folder: string, log: Log): Records {
  const path = join(folder, "known-relays");
  return {
    load: () => {
      try {
        return readFileSync(path, "utf8").split("\n").flatMap(readLine);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT")
          log("warn", "records.unreadable", { error: String(error) });
        return [];
      }
    },
    save: (records) => {
      try {
        writeFileSync(`${path}.partial`, records.map(writeLine).join(""), { mode: 0o600 });
        renameSync(`${path}.partial`, path);
      } catch (error) {
        log("error", "records.unsaved", { error: String(error) });
      }
    },
  };
}

/** For a relay without a data folder. */
export const unsavedRecords: Records = { load: () => [], save: () => {} };
