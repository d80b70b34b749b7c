/** How fast a relay takes messages in and has them on the disk before it says so. */
import { commitSpeed, echoSpeed, type Speed, verifySpeeds } from "../harness/baselines.ts";
import { spent } from "../harness/child.ts";
import { type Context, sized, startRelay } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { intents } from "../harness/messages.ts";
import { pipelinedOver, publishFrame } from "../harness/publishing.ts";
import { openMany } from "../harness/relay-connection.ts";
import { percentile } from "../harness/statistics.ts";

type Load = {
  readonly connections: number;
  readonly window: number;
  readonly messages: number;
  readonly warmUp: number;
};

/** Messages of one commit under such a load, for the baseline: at most what is on its way at once. */
const groupOf = ({ connections, window }: Load): number => (window === 1 ? 1 : connections < 8 ? 16 : 128);

async function ingest(context: Context, load: Load, frames: readonly Buffer[]) {
  await using stack = new AsyncDisposableStack();
  const relay = await startRelay(context, stack);
  const sockets = (await openMany(load.connections, relay, stack)).map(({ socket }) => socket);
  // A relay that has been up for a while is what an operator has: until then its compiler is at work beside it.
  await pipelinedOver(sockets, frames.slice(0, load.warmUp), 64);
  const measured = frames.slice(load.warmUp);
  const { cpuSeconds, seconds, result } = await spent(relay, () =>
    pipelinedOver(sockets, measured, load.window),
  );
  return {
    perSecond: measured.length / seconds,
    cpuPerThousand: (cpuSeconds * 1000) / measured.length,
    tookMs: result,
  };
}

export const durableIngest: Figure = {
  name: "durable-ingest",
  title: "Durable ingest",
  async prepare(context) {
    const warmUp = sized(context, 20_000, 500);
    const loads: readonly Load[] = [
      { connections: 1, window: 1, messages: sized(context, 4000, 400), warmUp },
      { connections: 1, window: 64, messages: sized(context, 16_000, 800), warmUp },
      { connections: 8, window: 64, messages: sized(context, 20_000, 800), warmUp },
      { connections: 64, window: 64, messages: sized(context, 24_000, 3200), warmUp },
    ];
    const most = warmUp + Math.max(...loads.map(({ messages }) => messages));
    context.progress(`signing ${most} intents`);
    const messages = intents(most);
    const frames = messages.map(publishFrame);
    context.progress(
      `${Math.round(messages.reduce((sum, { bytes }) => sum + bytes.length, 0) / most)} B each`,
    );

    async function measureLoad(load: Load, verify: Speed): Promise<Sample[]> {
      const { connections, window } = load;
      const name = window === 1 ? "1 connection, one at a time" : `${connections} × ${window} in flight`;
      context.progress(name);
      const group = groupOf(load);
      const commit = await commitSpeed(context, messages, group);
      const echo = await echoSpeed(context, messages, connections, window);
      const { perSecond, cpuPerThousand, tookMs } = await ingest(
        context,
        load,
        frames.slice(0, load.warmUp + load.messages),
      );
      const commitsOf = group === 1 ? "bare commits" : `bare commits of ${group}`;
      const bareMs = 1000 / commit.perSecond + 1000 / echo.perSecond;
      return [
        {
          what: `${name}: rate`,
          value: perSecond,
          unit: "messages/s",
          against:
            window === 1
              ? { name: commitsOf, value: commit.perSecond }
              : { name: "bare verify, one core", value: verify.perSecond },
        },
        {
          what: `${name}: CPU`,
          value: cpuPerThousand,
          unit: "CPU-s per 1k",
          against: {
            name: `verify + ${commitsOf} + ws echo`,
            value: verify.cpuPerThousand + commit.cpuPerThousand + echo.cpuPerThousand,
          },
        },
        {
          what: `${name}: p50`,
          value: percentile(tookMs, 0.5),
          unit: "ms",
          ...(window === 1 && { against: { name: "bare commit + ws echo", value: bareMs } }),
        },
        { what: `${name}: p99`, value: percentile(tookMs, 0.99), unit: "ms" },
        { what: `${name}: ${commitsOf}`, value: commit.perSecond, unit: "rows/s" },
        { what: `${name}: bare ws echo`, value: echo.perSecond, unit: "frames/s" },
      ];
    }

    return async () => {
      const { raw, equation } = await verifySpeeds(context);
      const samples: Sample[] = [
        {
          what: "the relay's verifier alone, one core",
          value: equation.perSecond,
          unit: "signatures/s",
          against: { name: "bare verify, key ready", value: raw.perSecond },
        },
      ];
      for (const load of loads) samples.push(...(await measureLoad(load, raw)));
      return samples;
    };
  },
};
