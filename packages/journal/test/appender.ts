/** A process of its own that appends to a journal: `node appender.ts <file> <first key> <last key> <mark>`. */
import { sqliteJournal } from "../src/sqlite.ts";

const [path = "", first = "0", last = "0", mark = ""] = process.argv.slice(2);

// The parent says when: so that several appenders open and write at the same moment.
process.once("message", async () => {
  await using journal = sqliteJournal(path);
  for (let key = Number(first); key <= Number(last); key++) {
    const outcome = await journal.append({
      kind: "award",
      key: `${key}`,
      value: new TextEncoder().encode(mark),
    });
    process.send?.({ key, outcome });
  }
  process.disconnect();
});
process.send?.("ready");
