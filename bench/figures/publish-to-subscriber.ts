/** How long a message is on its way from a publisher to a subscriber at a moderate load, durable before it is delivered. */
import { commitSpeed, echoSpeed } from "../harness/baselines.ts";
import { spent } from "../harness/child.ts";
import { sized, startRelay } from "../harness/context.ts";
import type { Figure } from "../harness/figure.ts";
import { everyIntent, intents } from "../harness/messages.ts";
import { paced, publishFrame } from "../harness/publishing.ts";
import { onDelivery, openAtRelay, subscribeLive } from "../harness/relay-connection.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 200;

export const publishToSubscriber: Figure = {
  name: "publish-to-subscriber",
  title: `Publish to subscriber at ${perSecond} messages a second`,
  async prepare(context) {
    const count = sized(context, 10 * perSecond, 2 * perSecond);
    const warmUp = perSecond;
    const messages = intents(warmUp + count);
    const frames = messages.map(publishFrame);

    return async () => {
      await using stack = new AsyncDisposableStack();
      const relay = await startRelay(context, stack);
      const publisher = await openAtRelay(relay, stack);
      const subscriber = await openAtRelay(relay, stack);
      await subscribeLive(subscriber, everyIntent);
      const arrivedAt: number[] = [];
      const allHere = Promise.withResolvers<void>();
      onDelivery(subscriber.socket, () => {
        if (arrivedAt.push(performance.now()) === frames.length) allHere.resolve();
      });
      await paced(publisher.socket, frames.slice(0, warmUp), perSecond);
      const { cpuSeconds, result } = await spent(relay, async () => {
        const sent = await paced(publisher.socket, frames.slice(warmUp), perSecond);
        await allHere.promise;
        return sent;
      });
      const { sentAt, answeredAt } = result;
      const delivery = arrivedAt.slice(warmUp).map((at, i) => at - (sentAt[i] as number));
      const answer = answeredAt.map((at, i) => at - (sentAt[i] as number));
      const commit = await commitSpeed(context, messages, 1);
      const echo = await echoSpeed(context, messages, 1, 1);
      const bareMs = 1000 / commit.perSecond + 1000 / echo.perSecond;
      return [
        {
          what: "publish → subscriber, p50",
          value: percentile(delivery, 0.5),
          unit: "ms",
          against: { name: "bare commit + ws echo, mean", value: bareMs },
        },
        { what: "publish → subscriber, p99", value: percentile(delivery, 0.99), unit: "ms" },
        { what: "publish → accepted, p50", value: percentile(answer, 0.5), unit: "ms" },
        { what: "publish → accepted, p99", value: percentile(answer, 0.99), unit: "ms" },
        { what: "CPU", value: (cpuSeconds * 1000) / count, unit: "CPU-s per 1k" },
      ];
    };
  },
};
