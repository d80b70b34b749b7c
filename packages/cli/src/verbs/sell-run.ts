/** A storefront from a product feed: what `intentcast sell` does, loaded when it is called. */
import { basename, dirname, join } from "node:path";
import { formatMoney } from "@intentcast/protocol";
import { type Catalogue, readFeed, type Seller, type StorefrontOptions } from "@intentcast/seller-client";
import { type ExitCode, exitCodes, explain, Failure, usage } from "../failure.ts";
import { type Copy, editions, feedSource } from "../feed-source.ts";
import { firstSeen } from "../first-seen.ts";
import { keyFileOf } from "../keys.ts";
import { catalogueOf } from "../shop.ts";
import { openShop } from "../shopkeeper.ts";
import { explanationLines, explanationRecord } from "../show/explanation.ts";
import { dealLine, dealRecord } from "../show/offer.ts";
import { plain } from "../show/text.ts";
import { systemClock } from "../system.ts";
import type { SellFlags } from "./sell.ts";
import type { Context } from "./verb.ts";
import { placePath, span } from "./wish.ts";

export async function sell(flags: SellFlags, context: Context): Promise<ExitCode> {
  const { print, terminal } = context;
  if (flags.feed === undefined) throw usage("name a product feed with --feed");
  const source = feedSource(flags.feed, terminal.folder);
  const everySeconds = span(flags.every ?? (source.isUrl ? "10min" : "30s"), "every");
  const options = storefrontOptions(flags, context);
  const name = flags.name ?? basename(source.name).replace(/\.[^.]*$/, "");
  const failed = (error: unknown) => {
    const reason = explain(error).message;
    const record = { event: "feed-kept", feed: source.name, reason };
    print.warn(record, `${source.name} is kept as it was: ${reason}`);
  };

  await using open = new AsyncDisposableStack();
  let answering: ReturnType<Seller["answerFromCatalogue"]> | undefined;
  for await (const copy of editions(source, everySeconds, terminal.interrupted, failed)) {
    if (answering === undefined) {
      const catalogue = await stock(copy, flags, context);
      const { seller } = open.use(await openShop(flags.as, detailsOf(name, flags, context), context));
      answering = seller.answerFromCatalogue(catalogue, options);
      await seller.publishProfile(profileOf(flags));
      const record = { event: "open", did: seller.did, items: catalogue.items.length };
      print.say(record, `${name} is open as ${seller.did}; Ctrl-C closes it`);
    } else {
      await restock(answering, copy, flags, context, failed);
    }
  }
  return exitCodes.done;
}

async function restock(
  answering: ReturnType<Seller["answerFromCatalogue"]>,
  copy: Copy,
  flags: SellFlags,
  context: Context,
  failed: (error: unknown) => void,
): Promise<void> {
  try {
    const catalogue = await stock(copy, flags, context);
    answering.replace(catalogue);
    context.print.say(
      { event: "restocked", items: catalogue.items.length },
      `restocked: ${catalogue.items.length} items`,
    );
  } catch (error) {
    failed(error);
  }
}

/** The catalogue that the feed's content makes, with what could not be read told by row. */
async function stock(copy: Copy, flags: SellFlags, { print, settings }: Context): Promise<Catalogue> {
  const { feed: name = "", format } = flags;
  const now = systemClock();
  const feed = readFeed(copy.bytes, {
    currency: settings.currency,
    now,
    ...(format && { format }),
  });
  for (const { row, column, reason } of feed.problems) {
    const record = {
      event: "feed-problem",
      feed: name,
      row,
      ...(column !== undefined && { column }),
      reason,
    };
    print.warn(record, `  ${name}:${row}${column === undefined ? "" : ` ${column}`}: ${plain(reason)}`);
  }
  if (feed.items.length === 0)
    throw new Failure(`${name}: nothing in it can be offered; the reasons stand above.`);
  print.tell(`${name}: ${feed.items.length} items can be offered, ${feed.problems.length} problems`);
  const seen = join(dirname(keyFileOf(settings.data, flags.as)), "feed-seen.json");
  const countedAt = feed.countedAt ?? copy.writtenAt ?? (await firstSeen(seen, copy));
  // A count of tomorrow would take for counted what is sold until then.
  return { ...catalogueOf(feed.items, flags, settings.currency), countedAt: Math.min(countedAt, now) };
}

const detailsOf = (
  name: string,
  { domain }: SellFlags,
  { print }: Context,
): Parameters<typeof openShop>[1] => ({
  name,
  ...(domain && { domain }),
  log: (level, event, facts) => {
    if (event === "offered") print.say({ event, ...facts }, offeredLine(facts));
    else if (level !== "info")
      print.warn({ event, level, ...facts }, `${level}: ${event} ${JSON.stringify(facts)}`);
  },
});

const storefrontOptions = (flags: SellFlags, { print }: Context): StorefrontOptions => ({
  floor: readFloor(flags.floor),
  paidAtOnce: flags.paidAtOnce ?? false,
  onMessage: (deal, message) =>
    print.say({ event: message.kind, ...dealRecord(deal) }, `${message.kind} ${dealLine(deal)}`),
  ...(flags.explain && {
    onExplain: (intent, explanation) =>
      print.say(explanationRecord(intent, explanation), explanationLines(intent, explanation)),
  }),
});

function readFloor(text = "1"): number {
  const floor = Number(text);
  if (!(floor >= 0 && floor <= 1)) throw usage(`--floor takes a share from 0 to 1; got ${text}`);
  return floor;
}

const offeredLine = ({ thread, total, currency }: Readonly<Record<string, string | number>>): string =>
  `offered ${formatMoney(Number(total), String(currency))} for ${thread}`;

const profileOf = ({ domain, area, language, payment }: SellFlags) => ({
  ...(domain && { domains: [domain] }),
  ...(area && { areas: area.map(placePath) }),
  ...(language && { languages: language }),
  ...(payment && { payment }),
  capabilities: ["counter", "note"],
});
