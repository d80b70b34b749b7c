/** What a connection and a subscription cost a relay in memory while nothing happens on them. */
import type { Filter } from "@intentcast/protocol";
import { sized, startBareServer, startRelay } from "../harness/context.ts";
import type { Figure } from "../harness/figure.ts";
import { LeanSocket } from "../harness/lean-socket.ts";
import { openMany, subscribeLive } from "../harness/relay-connection.ts";

const subscriptionsEach = 20;

/** As a shop's: a few categories in a few places. */
const shopFilter = (n: number): Filter => ({
  kinds: ["intent"],
  categories: [`shopify/${n % 26}/${n % 20}`, `shopify/${n % 26}/${(n + 7) % 20}/3`],
  places: [`iso3166/US/${n % 50}`],
});

export const memory: Figure = {
  name: "memory",
  title: "Memory of idle connections and subscriptions",
  async prepare(context) {
    const count = sized(context, 1000, 100);

    async function bareKibPerConnection(): Promise<number> {
      await using stack = new AsyncDisposableStack();
      const server = await startBareServer(stack);
      const before = await server.usage("after collecting garbage");
      const opened = await Promise.all(Array.from({ length: count }, () => LeanSocket.open(server.port)));
      for (const socket of opened) stack.use(socket);
      const after = await server.usage("after collecting garbage");
      return (after.rssBytes - before.rssBytes) / 1024 / count;
    }

    return async () => {
      context.progress("bare connections");
      const bareKib = await bareKibPerConnection();
      await using stack = new AsyncDisposableStack();
      const relay = await startRelay(context, stack);
      const empty = await relay.usage("after collecting garbage");
      context.progress(`${count} connections`);
      const connections = await openMany(count, relay, stack);
      const connected = await relay.usage("after collecting garbage");
      context.progress(`${subscriptionsEach} subscriptions each`);
      for (const [n, connection] of connections.entries()) {
        for (let i = 1; i <= subscriptionsEach; i++) await subscribeLive(connection, shopFilter(n + i), i);
      }
      const subscribed = await relay.usage("after collecting garbage");
      const kib = (from: number, to: number) => (to - from) / 1024;
      return [
        {
          what: "per idle connection",
          value: kib(empty.rssBytes, connected.rssBytes) / count,
          unit: "KiB",
          against: { name: "bare ws connection", value: bareKib },
        },
        {
          what: "per subscription of six terms",
          value: kib(connected.rssBytes, subscribed.rssBytes) / (count * subscriptionsEach),
          unit: "KiB",
        },
        { what: "relay at the start", value: empty.rssBytes / 2 ** 20, unit: "MiB" },
        { what: `relay with ${count} connections`, value: connected.rssBytes / 2 ** 20, unit: "MiB" },
      ];
    };
  },
};
