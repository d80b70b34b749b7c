/** `intentcast cast`: tells the market what you want, and shows the offers as they come. */
import type { Cast } from "@intentcast/buyer-client";
import { shortHex } from "@intentcast/protocol";
import { type ExitCode, exitCodes } from "../failure.ts";
import { parseLanguage } from "../language.ts";
import { repeatable } from "../repeatable.ts";
import { arrivalLine, offeredRecord, rankLines, rankRecord } from "../show/offer.ts";
import { plain } from "../show/text.ts";
import { systemClock } from "../system.ts";
import { openWallet, waitingFor } from "../wallet.ts";
import type { Context, Verb } from "./verb.ts";
import { conditions, deliveryMethods, readWish, span, type WishFlags } from "./wish.ts";

type Flags = WishFlags & { wait: string; first?: string };

const examples = `
Examples:
  intentcast cast "A stroller for twins, within two hours, up to 250 USD" --where US-CA
  intentcast cast "2 office chairs" --max "300 EUR" --require "color=black|grey" --prefer "weight<=15 KGM@80"
  intentcast cast "a bicycle" --condition used --condition new --delivery pickup --where geohash/9/m/u/d --wait 5min`;

export const castVerb: Verb = (program, act) =>
  void program
    .command("cast")
    .summary("tell the market what you want, and see the offers come")
    .description(
      "Casts an intent under keys made for it alone, and shows the offers as they arrive, ranked when the time is up. " +
        "Price, time, condition and delivery are read from the sentence; flags say it exactly.",
    )
    .argument("<sentence>", "what you want, in a sentence")
    .option("--category <path>", "what it is, as a path such as shopify/bt/15/8 (without: matched by words)")
    .addOption(repeatable("--where <place>", "where: a path, or an ISO 3166 code such as US or US-CA"))
    .option("--max <price>", 'the most you pay, delivered: 250 or "250.50 EUR"')
    .option("--quantity <pieces>", "how many")
    .option("--within <span>", "delivered within 90s, 15min, 2h, 3d")
    .addOption(repeatable("--delivery <method>", "how it may reach you", { choices: deliveryMethods }))
    .addOption(repeatable("--condition <condition>", "in which condition", { choices: conditions }))
    .addOption(repeatable("--require <requirement>", 'what must hold: color=green, "weight<=12.5 KGM"'))
    .addOption(
      repeatable("--prefer <requirement>", "what counts in the ranking, with its weight: color=green@80"),
    )
    .addOption(
      repeatable("--language <tag>", "your language, as sellers should read your words: de, pt-BR", {
        parse: parseLanguage,
      }),
    )
    .option("--gtin <digits>", "exactly this product")
    .option("--substitutes", "something alike will do")
    .addOption(repeatable("--terms <iri#sha256=hex>", "terms that an offer must accept"))
    .option("--note <text>", "for the sellers to read; everybody can")
    .option("--expires <span>", "how long the intent stands (default: a day)")
    .option("--wait <span>", "how long to show offers before ranking them", "20s")
    .option("--first <number>", "stop waiting after so many offers")
    .addHelpText("after", examples)
    .action((sentence: string, flags: Flags) => act((context) => cast(sentence, flags, context)));

async function cast(words: string, flags: Flags, context: Context): Promise<ExitCode> {
  const { print, settings } = context;
  const waitSeconds = span(flags.wait, "wait");
  const most = flags.first === undefined ? Number.POSITIVE_INFINITY : Number(flags.first);
  const { draft, sentence } = readWish(words, flags, settings.currency, systemClock());
  for (const { field, value } of sentence.understood) print.tell(`  ${field}: ${plain(value)}`);
  for (const { phrase, advice } of sentence.unclear)
    print.tell(`  not understood: “${plain(phrase)}” (${advice})`);

  await using wallet = await openWallet(context);
  const sent = await wallet.buyer.cast(draft);
  print.say(
    { event: "cast", thread: sent.thread, matched: sent.matched, body: sent.intent.body },
    castLine(sent),
  );
  let count = 0;
  for await (const offered of sent.offers({ signal: waitingFor(context, waitSeconds) })) {
    print.say({ event: "offer", ...offeredRecord(offered) }, arrivalLine(offered));
    if (++count >= most) break;
  }
  return showRanking(sent, context);
}

const castLine = ({ intent, matched = 0 }: Cast): string =>
  `cast ${shortHex(intent.id)}: delivered to ${matched} ${matched === 1 ? "subscription" : "subscriptions"}; offers:`;

/** Prints the ranking and what to do next. */
export function showRanking(sent: Cast, { print }: Context): ExitCode {
  const ranked = sent.ranked();
  for (const { message, reject } of sent.refused()) {
    print.tell(`  not shown: a message of kind ${message.kind} that breaks your terms (${reject.code})`);
  }
  const [best] = ranked;
  if (best === undefined) {
    print.tell(`no offer yet. It stands; look again with: intentcast offers ${shortHex(sent.intent.id)}`);
    return exitCodes.nothingCame;
  }
  print.tell("ranked by your criteria:");
  for (const one of ranked) print.say({ event: "ranked", ...rankRecord(one) }, rankLines(one));
  print.tell(`take one with: intentcast award ${shortHex(best.offer.id)}`);
  return exitCodes.done;
}
