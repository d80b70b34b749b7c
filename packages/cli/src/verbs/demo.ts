/** `intentcast demo`: a whole market on this machine, which stays open. */
import { defaultPort } from "../settings.ts";
import { examples } from "./examples.ts";
import { parsePort } from "./relay.ts";
import type { Verb } from "./verb.ts";

export type DemoFlags = { once?: true; port: number };

export const demoVerb: Verb = (program, act) =>
  void program
    .command("demo")
    .summary("open a whole market on this machine")
    .description(
      "Opens a relay and three storefronts with product feeds of their own, casts three wishes, awards the best offers, " +
        "verifies the deals offline, and stays open for your own. Data: --data, else INTENTCAST_DATA, else .intentcast here.",
    )
    .option("--once", "exit as soon as the deals are verified")
    .option("--port <number>", "the relay's port; 0 takes a free one", parsePort, defaultPort)
    .addHelpText("after", examples("demo", "demo --once --port 0"))
    .action((flags: DemoFlags) =>
      act(async (context) => (await import("./demo-run.ts")).demo(flags, context)),
    );
