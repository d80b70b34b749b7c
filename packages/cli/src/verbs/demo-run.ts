/** A whole market on this machine: what `intentcast demo` does, loaded when it is called. */
import { join, relative, resolve } from "node:path";
import { openBuyer } from "@intentcast/buyer-client";
import { type Relay, startRelay } from "@intentcast/relay";
import { openStorefront, shops } from "../demo/storefronts.ts";
import { type Teller, tellStory, wishes } from "../demo/story.ts";
import { type ExitCode, exitCodes } from "../failure.ts";
import { ensureKeys, openJournal } from "../keys.ts";
import { defaultRelay } from "../settings.ts";
import { type Terminal, untilInterrupted } from "../terminal.ts";
import type { DemoFlags } from "./demo.ts";
import type { Context } from "./verb.ts";

export async function demo({ once, port }: DemoFlags, context: Context): Promise<ExitCode> {
  const { print, settings, terminal } = context;
  const { data } = settings;
  await using open = new AsyncDisposableStack();
  const relay = open.use(await startRelay({ data: join(data, "relay"), port }));
  print.say({ event: "relay", url: relay.url, data }, `relay at ${relay.url}, SQLite in ${data}`);
  for (const shop of shops) {
    const { seller, items } = open.use(await openStorefront(shop, relay.url, context));
    print.say(
      { event: "storefront", name: shop.name, did: seller.did, items },
      `${shop.name}: ${items} items from ${shop.feed}, as ${seller.did}`,
    );
  }
  try {
    await buyThings(relay.url, context);
  } catch (error) {
    if (!terminal.interrupted.aborted) throw error;
    return exitCodes.interrupted;
  }
  if (once) return exitCodes.done;
  print.tell(invitation(relay, context));
  await untilInterrupted(terminal);
  print.tell("closing the market");
  return exitCodes.done;
}

async function buyThings(relay: string, context: Context): Promise<void> {
  const { print, settings, terminal } = context;
  const { keys } = await ensureKeys("buyer", context);
  await using journal = await openJournal("buyer", keys, context);
  await using buyer = await openBuyer({ seed: keys.seed, relays: [relay], journal });
  const teller: Teller = { buyer, data: settings.data, print, interrupted: terminal.interrupted };
  const earlier = buyer.casts().flatMap((cast) => cast.purchases()).length;
  if (earlier > 0) print.tell(`continuing on this data: ${earlier} orders so far`);
  for (const wish of wishes) await tellStory(wish, teller);
}

/** The commands for a second terminal, exactly as they work there. */
function invitation({ url }: Relay, { settings, terminal }: Context): string {
  const command = terminal.env["npm_lifecycle_event"] === "start" ? "npm run -s intentcast --" : "intentcast";
  const data = isDefaultData(settings.data, terminal)
    ? ""
    : ` --data ${quoted(relative(terminal.folder, settings.data))}`;
  const flags = `${data}${url === defaultRelay ? "" : ` --relay ${url}`}`;
  const say = (verb: string) => `  ${command} ${verb}${flags}`;
  return [
    "",
    "The market is open. In a second terminal, in this folder:",
    say('cast "3 clay pots, within two days, up to 60 USD" --where US-CA'),
    say("offers"),
    `${say("award <offer>")} --name "Your Name"`,
    say("orders"),
    "sell from your own feed (Shopify's CSV export, or JSON):",
    `${say("sell --feed products.csv")} --name "My Shop" --deliver courier=9:2h`,
    "watch what passes in the open, and the relay itself:",
    say("watch"),
    `  ${url.replace("ws", "http")}/metrics`,
    "Ctrl-C closes the market; the next start goes on with the same data.",
  ].join("\n");
}

const isDefaultData = (data: string, { folder, env }: Terminal): boolean =>
  data === resolve(folder, ".intentcast") && env["INTENTCAST_DATA"] === undefined;

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : JSON.stringify(path));
