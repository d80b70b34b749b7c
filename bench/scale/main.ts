/**
 * Simulates networks of many relays: `npm run scale -- [--seed 1] [--relays 10,100,300,1000] [--sellers 1000000]
 * [--messages 300] [--rate 50] [--mesh 6] [--json]`. Tables (or JSON) go to standard output, progress to standard error.
 */
import { parseArgs } from "node:util";
import { drawIntent } from "./load.ts";
import { besideReal, type Row, tables } from "./report.ts";
import { carry, recover } from "./run.ts";
import { matchedSellers, spread } from "./sellers.ts";
import { defaultSettings, type Settings, thousandRealNodes } from "./settings.ts";

const help = `Simulates relays that gossip, and prints what a message costs at each size of the network.

  --seed TEXT        what chance is drawn from (1); a seed repeats its figures
  --relays LIST      sizes of the network (10,100,300,1000)
  --sellers N        sellers with a standing filter (1000000)
  --messages N       intents published (300)
  --rate N           of them in a second, in the whole network (50)
  --mesh N           peers that a mesh aims at, from 4 to 12 (6)
  --json             JSON instead of tables

  npm run -s scale -- --relays 10,50 --sellers 10000 --seed 7`;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0
    ? value
    : fail(`--${name} takes whole numbers above 0, not ${text}`);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        relays: { type: "string", default: "10,100,300,1000" },
        sellers: { type: "string", default: "1000000" },
        messages: { type: "string", default: "300" },
        rate: { type: "string", default: "50" },
        mesh: { type: "string", default: "6" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${help}`);
  }
}

const options = readOptions();
if (options.help) {
  console.log(help);
  process.exit(0);
}
const { seed } = options;
const sizes = options.relays.split(",").map((text) => wholeNumber("relays", text));
if (Math.min(...sizes) < 3) fail("--relays takes sizes of 3 and more");
const aim = wholeNumber("mesh", options.mesh);
if (aim < 4 || aim > 12) fail("--mesh takes 4 to 12");
const mesh = { ...defaultSettings.mesh, aim };
const sellers = wholeNumber("sellers", options.sellers);
const perSecond = wholeNumber("rate", options.rate);
const messages = Array.from({ length: wholeNumber("messages", options.messages) }, (_, i) =>
  drawIntent(seed, i),
);
const say = (text: string) => process.stderr.write(`scale: ${text}\n`);

say(`${sellers} standing filters`);
const matched = matchedSellers(
  seed,
  sellers,
  messages.map(({ intent }) => intent),
);
const load = { messages, perSecond };
const rows = sizes.map((relays): Row => {
  say(`${relays} relays`);
  const settings: Settings = { ...defaultSettings, seed, relays, mesh };
  return {
    relays,
    carried: carry(settings, load),
    recovered: recover(settings, messages),
    spread: spread(seed, relays, sellers, matched),
  };
});
say("1,000 relays as the real ones were that this is held against");
const modelled = carry(
  { ...thousandRealNodes.settings, seed },
  { messages: messages.slice(0, 50), perSecond: 20 },
);
if (options.json) {
  const { measured } = thousandRealNodes;
  console.log(JSON.stringify({ seed, sellers, perSecond, rows, real: { modelled, measured } }, undefined, 2));
} else console.log(`${tables(rows)}\n${besideReal(modelled)}`);
