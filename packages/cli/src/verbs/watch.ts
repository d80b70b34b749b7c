/** `intentcast watch`: what passes in the open, as it passes. */
import { type Filter, type OpenKind, type Signed, shortHex, toHex } from "@intentcast/protocol";
import { connectRelays, withheldReporter } from "@intentcast/relay-client";
import { exitCodes } from "../failure.ts";
import { tellOfWithheld } from "../relay-warning.ts";
import { repeatable } from "../repeatable.ts";
import { plain } from "../show/text.ts";
import { formatTime } from "../show/time.ts";
import { wishLine } from "../show/wish.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";

type Flags = { kind?: OpenKind[]; category?: string[]; place?: string[]; word?: string[]; stored?: true };

export const watchVerb: Verb = (program, act) =>
  void program
    .command("watch")
    .summary("show intents, closes and profiles as they pass")
    .description(
      "Shows what relays carry in the open, as it arrives, until Ctrl-C. Sealed messages are not shown: nobody but their reader can.",
    )
    .addOption(repeatable("--kind <kind>", "only these kinds", { choices: ["intent", "close", "profile"] }))
    .addOption(repeatable("--category <path>", "only under these category paths, such as shopify/bt"))
    .addOption(repeatable("--place <path>", "only under these place paths, such as iso3166/US/CA"))
    .addOption(repeatable("--word <word>", "only with one of these words"))
    .option("--stored", "begin with what the relays hold already")
    .addHelpText(
      "after",
      examples("watch --category shopify/bt --place iso3166/US/CA", "watch --stored --kind intent --json"),
    )
    .action((flags: Flags) => act((context) => watch(flags, context)));

async function watch(flags: Flags, context: Context) {
  const { print, settings, terminal } = context;
  const withheld = withheldReporter(tellOfWithheld(context));
  await using pool = connectRelays({ relays: settings.relays, withheld });
  await using subscription = pool.subscribe(filterOf(flags), { from: flags.stored ? "start" : "now" });
  terminal.interrupted.addEventListener("abort", () => void subscription[Symbol.asyncDispose]());
  print.tell(`watching ${settings.relays.join(", ")}; Ctrl-C stops`);
  for await (const { message, cursor } of subscription) {
    if (message.kind === "sealed") continue;
    const { kind, id, author, body } = message;
    print.say({ relay: cursor.relay, position: cursor.position, kind, id, author, body }, line(message));
  }
  return exitCodes.done;
}

const filterOf = ({ kind, category, place, word }: Flags): Filter => ({
  kinds: kind ?? ["intent", "close", "profile"],
  ...(category && { categories: category }),
  ...(place && { places: place }),
  ...(word && { words: { any: word } }),
});

function line(message: Signed<OpenKind>): string {
  const head = `${formatTime(message.body.issued)}  ${message.kind.padEnd(7)}  ${shortHex(message.id)}`;
  return `${head}  ${says(message)}`;
}

function says(message: Signed<OpenKind>): string {
  switch (message.kind) {
    case "intent":
      return wishLine(message);
    case "close":
      return `${shortHex(message.body.thread)} is ${message.body.reason}`;
    case "profile":
      return `${plain(message.body.name)} ${toHex(message.author).slice(0, 8)}`;
  }
}
