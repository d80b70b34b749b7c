/** The first byte of a message: the version of the protocol that it is written in. */
import { ok, type Result, refuse } from "../refusal.ts";
import { leastVersion, mostVersion, version } from "./form.ts";

/** Whether a message begins as one of ours. Codes: `truncated`, `version-unknown`, `version-unsupported`. */
export function checkVersion(message: Uint8Array): Result<"ours"> {
  const first = message[0];
  if (first === undefined) return refuse("truncated", "a message has at least one byte");
  if (first === version) return ok("ours");
  return first >= leastVersion && first <= mostVersion
    ? refuse("version-unsupported", `version byte ${first}`)
    : refuse("version-unknown", `version byte ${first}`);
}
