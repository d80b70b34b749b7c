/** `intentcast recover`: finds a wallet's intents and orders again, from the 24 words alone. */
import { recoverBuyer } from "@intentcast/buyer-client/recover";
import { formatMoney } from "@intentcast/protocol";
import { type ExitCode, exitCodes } from "../failure.ts";
import { existingKeys, openJournal } from "../keys.ts";
import { plain } from "../show/text.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";

/** Looking takes a while where there is little to find. */
const numbersBetweenNews = 20;

export const recoverVerb: Verb = (program, act) =>
  void program
    .command("recover")
    .summary("find your intents and orders again, from the words alone")
    .description(
      "Looks on the relays for what the wallet's keys have cast, bought and been sent in the last thirty days, and writes " +
        "it into the journal. Restore the keys before: intentcast keygen --restore. A wallet that lacks something gets it.",
    )
    .addHelpText(
      "after",
      examples("recover", "recover --data restored --relay wss://relay.example --relay wss://other.example"),
    )
    .action(() => act(recover));

async function recover(context: Context): Promise<ExitCode> {
  const { print, settings, terminal } = context;
  const absent = `there are no keys in ${settings.data}; restore them first: intentcast keygen --restore`;
  const keys = await existingKeys("buyer", absent, context);
  await using journal = await openJournal("buyer", keys, context);
  const { found, checked, unreached } = await recoverBuyer({
    seed: keys.seed,
    relays: settings.relays,
    journal,
    signal: terminal.interrupted,
    onProgress: (progress) => {
      if (progress.isUsed || progress.checked % numbersBetweenNews === 0)
        print.tell(`${progress.checked} numbers looked at, ${progress.found} intents found`);
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
