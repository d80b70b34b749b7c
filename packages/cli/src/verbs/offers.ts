/** `intentcast offers`: the offers for what you have cast, ranked, with the reasons. */
import type { Buyer, Cast } from "@intentcast/buyer-client";
import { shortHex } from "@intentcast/protocol";
import { type ExitCode, exitCodes } from "../failure.ts";
import { pickCast } from "../pick.ts";
import { plain } from "../show/text.ts";
import { wishLine } from "../show/wish.ts";
import { openExistingWallet, waitingFor } from "../wallet.ts";
import { showRanking } from "./cast.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";
import { span } from "./wish.ts";

type Flags = { wait: string };

export const offersVerb: Verb = (program, act) =>
  void program
    .command("offers")
    .summary("show the offers for what you have cast, ranked, with the reasons")
    .description(
      "Fetches what has come in, and ranks the offers that stand. Without an intent, for all that are open.",
    )
    .argument("[intent]", "the first digits of the intent's id")
    .option("--wait <span>", "how long to fetch", "2s")
    .addHelpText("after", examples("offers", "offers 9c04d1aa --wait 10s --json"))
    .action((intent: string | undefined, flags: Flags) => act((context) => offers(intent, flags, context)));

async function offers(beginning: string | undefined, flags: Flags, context: Context): Promise<ExitCode> {
  const { print } = context;
  const waitSeconds = span(flags.wait, "wait");
  await using wallet = await openExistingWallet(context);
  const chosen = beginning === undefined ? openCasts(wallet.buyer) : [pickCast(wallet.buyer, beginning)];
  if (chosen.length === 0) print.tell('nothing is open; cast something: intentcast cast "…"');
  const signal = waitingFor(context, waitSeconds);
  await Promise.all(chosen.map((cast) => drain(cast, signal)));
  let exitCode: ExitCode = exitCodes.nothingCame;
  for (const cast of chosen) {
    print.tell(`${shortHex(cast.intent.id)}  ${plain(wishLine(cast.intent))}  (${cast.state})`);
    if (showRanking(cast, context) === exitCodes.done) exitCode = exitCodes.done;
  }
  return exitCode;
}

const openCasts = (buyer: Buyer): readonly Cast[] => buyer.casts().filter(({ state }) => state === "open");

/** Takes offers in until the signal says that it is enough; they are in the wallet then. */
async function drain(cast: Cast, signal: AbortSignal): Promise<void> {
  for await (const _ of cast.offers({ signal }));
}
