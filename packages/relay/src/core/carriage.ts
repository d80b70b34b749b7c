/** What a relay carries: everything, or the intents of some markets and some of the mail. */
import { field, type Message } from "@intentcast/protocol";
import { allTopics, intentTopic, isTopic, marketOf, type Topic, topicsOf } from "./topic.ts";

export type Carriage = {
  readonly topics: readonly Topic[];
  /** The topics of a message. */
  readonly topicsOf: (message: Message) => readonly Topic[];
  /** Whether one of them is carried. */
  readonly carries: (topics: readonly Topic[]) => boolean;
};

/** Markets whose topic is remembered; there are some hundred in the taxonomies that are known. */
const rememberedMarkets = 4096;

/** The topic that an entry of the operator's stands for. Throws RangeError where it is none. */
function topicNamed(entry: string): Topic {
  if (isTopic(entry)) return entry;
  if (field.path.safeParse(entry).success) return intentTopic(marketOf(entry));
  throw new RangeError(`${entry} is no market such as shopify/bt, and no topic such as mail:0`);
}

/**
 * Carries what the entries name: markets (`shopify/bt`) or topics (`intent:0b`, `mail:3`). Without an entry for intents
 * it carries all of them, and so with mail; closes and profiles always. A topic is carried whole: a market's neighbours in
 * it come along, so that two relays that carry a topic hold the same.
 */
export function carriageOf(entries: readonly string[] = []): Carriage {
  const named = new Set(entries.map(topicNamed));
  const names = (sort: string) => [...named].some((topic) => topic.startsWith(sort));
  const isCarried = (topic: Topic) => {
    const [sort = ""] = topic.split(":");
    return named.has(topic) || sort === "close" || sort === "profile" || !names(`${sort}:`);
  };
  const carried = new Set(allTopics.filter(isCarried));
  const known = new Map<string, Topic>();

  function topicOf(market: string): Topic {
    const topic = known.get(market) ?? intentTopic(market);
    if (known.size < rememberedMarkets) known.set(market, topic);
    return topic;
  }

  return {
    topics: [...carried],
    topicsOf: (message) => topicsOf(message, topicOf),
    carries: (topics) => topics.some((topic) => carried.has(topic)),
  };
}
