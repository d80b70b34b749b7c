/** The document in which a relay tells of its network. */
import * as z from "zod/mini";
import { Failure } from "./failure.ts";

const count = z.number();
const outcome = z.object({ at: count, outcome: z.string() });

const peer = z.object({
  id: z.string(),
  outgoing: z.boolean(),
  score: z.number(),
  rttMs: z.optional(z.number()),
  isMuted: z.boolean(),
  frames: z.object({ accept: count, ignore: count, reject: count }),
  sync: z.object({
    last: z.optional(outcome),
    topic: z.optional(z.string()),
    fetched: count,
    served: count,
  }),
});

const document = z.object({
  network: z.nullable(
    z.object({
      id: z.string(),
      addresses: z.array(z.string()),
      joins: z.array(z.object({ address: z.string(), connected: z.boolean() })),
      peers: z.array(peer),
      topics: z.array(z.object({ topic: z.string(), subscribers: count, mesh: count })),
      known: count,
      denied: count,
      healed: count,
      lagMs: count,
      intake: z.object({ underWay: count, waiting: count }),
      counts: z.object({
        framesIn: z.object({ accept: count, ignore: count, reject: count }),
        messagesIn: count,
        framesOut: count,
        messagesOut: count,
      }),
      sync: z.object({
        ready: z.boolean(),
        underWay: count,
        items: z.array(z.object({ topic: z.string(), count })),
        counts: z.object({ conversations: count, broken: count, fetched: count, served: count }),
      }),
    }),
  ),
});

export type NetworkDocument = NonNullable<z.infer<typeof document>["network"]>;

const patienceMs = 10_000;

/** What the relay says at this moment; undefined where it is in no network, or when it was interrupted. */
export async function readNetwork(
  origin: string,
  interrupted: AbortSignal,
): Promise<NetworkDocument | undefined> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(patienceMs)]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${origin}/network`, { signal });
    text = await response.text();
  } catch (cause) {
    if (interrupted.aborted) return undefined;
    throw new Failure(
      `no relay answers at ${origin}; name the port of its metrics, or start it.`,
      undefined,
      {
        cause,
      },
    );
  }
  const read = response.ok ? z.safeParse(document, parse(text)) : undefined;
  if (read?.success) return read.data.network ?? undefined;
  throw new Failure(
    `what answers at ${origin} does not tell of a network: its metrics are on another port (--metrics-port), or it is another version.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
