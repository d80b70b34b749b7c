/** Reading a whole message at once, which the package itself never does. */
import { ok, type Result } from "../src/refusal.ts";
import { MessageReader, type Range } from "../src/wire/read-message.ts";
import { checkVersion } from "../src/wire/version.ts";

export function readWhole(bytes: Uint8Array): Result<readonly Range[]> {
  const checked = checkVersion(bytes);
  if (!checked.ok) return checked;
  const reader = new MessageReader(bytes);
  const ranges: Range[] = [];
  while (true) {
    const range = reader.next();
    if (!range.ok) return range;
    if (range.value === undefined) return ok(ranges);
    ranges.push(range.value);
  }
}
