/** `intentcast withdraw`: takes an intent back. */
import { shortHex } from "@intentcast/protocol";
import { type ExitCode, exitCodes } from "../failure.ts";
import { pickCast } from "../pick.ts";
import { openExistingWallet } from "../wallet.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";

export const withdrawVerb: Verb = (program, act) =>
  void program
    .command("withdraw")
    .summary("take back what you have cast")
    .description("Tells everyone that the intent is over, and declines the offers that stand.")
    .argument("<intent>", "the first digits of the intent's id")
    .addHelpText("after", examples("withdraw 9c04d1aa"))
    .action((intent: string) => act((context) => withdraw(intent, context)));

async function withdraw(beginning: string, context: Context): Promise<ExitCode> {
  await using wallet = await openExistingWallet(context);
  const cast = pickCast(wallet.buyer, beginning);
  await cast.withdraw();
  context.print.say(
    { event: "withdrawn", thread: cast.thread },
    `withdrawn: ${shortHex(cast.intent.id)}. Sellers have been told.`,
  );
  return exitCodes.done;
}
