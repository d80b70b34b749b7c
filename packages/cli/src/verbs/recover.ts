/** `intentcast recover`: finds a wallet's intents and orders again, from the 24 words alone. */
import { join } from "node:path";
import { recoverBuyer } from "@intentcast/buyer-client/recover";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { formatMoney } from "@intentcast/protocol";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { readKeyFile } from "../key-file.ts";
import { plain } from "../show/text.ts";
import { keyFileOf } from "./keygen.ts";
import type { Context, Verb } from "./verb.ts";

export const recoverVerb: Verb = (program, act) =>
  void program
    .command("recover")
    .summary("find your intents and orders again, from the words alone")
    .description(
      "Looks on the relays for what the wallet's keys have cast, bought and been sent in the last thirty days, and writes " +
        "it into the journal. Restore the keys before: intentcast keygen --restore. A wallet that lacks something gets it.",
    )
    .action(() => act(recover));

async function recover({ print, settings, terminal }: Context): Promise<ExitCode> {
  const seed = await readKeyFile(keyFileOf(settings.data, "buyer"));
  if (seed === undefined) {
    throw new Failure(
      `there are no keys in ${settings.data}; restore them first: intentcast keygen --restore`,
    );
  }
  await using journal = sqliteJournal(join(settings.data, "buyer", "journal.sqlite"));
  const { found, checked, unreached } = await recoverBuyer({
    seed,
    relays: settings.relays,
    journal,
    signal: terminal.interrupted,
    onProgress: (progress) => {
      if (progress.isUsed) print.tell(`found ${progress.found} after ${progress.checked} looked at`);
    },
  });
  for (const { thread, messages, orders } of found) {
    print.say(
      { event: "found", thread, messages, orders },
      `${thread === undefined ? "(an intent that no relay holds any more)" : thread.slice(0, 8)}: ${messages} messages`,
    );
    for (const { number, total, currency, isProvable } of orders) {
      print.tell(
        `  order ${plain(number)}, ${formatMoney(total, currency)}${isProvable ? "" : "; its proof is lost"}`,
      );
    }
  }
  for (const relay of unreached)
    print.tell(`${relay} could not be reached; it may hold more: recover again later`);
  print.say(
    { event: "recovered", found: found.length, checked, unreached },
    `${found.length} intents found; ${checked} numbers looked at`,
  );
  return found.length > 0 ? exitCodes.done : exitCodes.nothingCame;
}
