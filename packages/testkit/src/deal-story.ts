/** Makes the messages of one deal, each by default the one that would rightly come next. */
import {
  advance,
  type Body,
  type Deal,
  type Kind,
  openDeal,
  type Private,
  type SealedKind,
  type Signed,
} from "@intentcast/protocol";
import { filled, storyTime } from "./bodies.ts";

export const noon = storyTime;
export const minute = 60;
export const hour = 60 * minute;

export type Who = "buyer" | "seller" | "stranger";

/** Turns a body into a message by one of the three. */
export type Pen = <K extends Kind>(kind: K, body: Body<K>, who: Who) => Signed<K>;

const authors: Record<Who, Uint8Array> = {
  buyer: filled(32, 0xb1),
  seller: filled(32, 0x51),
  stranger: filled(32, 0x99),
};

let written = 0;

/** A number as 32 bytes: an id that no other message of this run has. */
function freshId(): Uint8Array {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(28, ++written);
  return id;
}

/** Messages as they are after reading, without the cost of a signature. */
export const fakePen: Pen = <K extends Kind>(kind: K, body: Body<K>, who: Who) =>
  ({ kind, id: freshId(), author: authors[who], body, bytes: filled(400, 0) }) as unknown as Signed<K>;

export const mailboxes = { buyer: filled(32, 0xb2), seller: filled(32, 0x52) };
export const termsText = filled(32, 0x31);
const reply = (mailbox: Uint8Array) => ({ mailbox, key: filled(32, 0x77) });

export const intentBody = (over: Partial<Body<"intent">> = {}): Body<"intent"> => ({
  nonce: filled(16, 1),
  issued: noon,
  expires: noon + 24 * hour,
  want: [
    {
      category: "shopify/bt/15/8",
      gtin: "4006381333931",
      name: "Stroller for twins",
      quantity: { value: 2, unit: "C62" },
      condition: ["new", "refurbished"],
    },
    {
      category: "shopify/bt/15/4",
      name: "Rain cover",
      quantity: { value: 10, unit: "C62" },
      optional: true,
      substitutes: true,
    },
  ],
  delivery: ["courier", "pickup"],
  when: { until: noon + 4 * hour },
  price: { currency: "USD", max: 25_000 },
  award: { deadline: noon + 6 * hour },
  terms: [
    { iri: "https://terms.example/base", sha256: termsText, must: true },
    { iri: "https://terms.example/extra", sha256: filled(32, 0x32), must: false },
  ],
  reply: reply(mailboxes.buyer),
  ...over,
});

export const proposal = () => ({
  issued: noon + minute,
  expires: noon + 8 * hour,
  lines: [
    {
      line: 0,
      name: "Twin stroller",
      condition: "new" as const,
      quantity: { value: 2, unit: "C62" },
      price: 20_000,
    },
  ],
  currency: "USD",
  total: 20_000,
  delivery: { method: "courier" as const, until: noon + 2 * hour },
  terms: [termsText],
});

/** What a message says otherwise than by default, and who says it. */
type Change<K extends Kind> = Partial<Body<K>> & { readonly who?: Who };

/** Makes the intent, a deal about it, and for a deal the message of each kind that would rightly come next. */
export type Story = {
  readonly intent: (over?: Partial<Body<"intent">>) => Signed<"intent">;
  readonly open: (over?: Partial<Body<"intent">>) => Deal;
} & { readonly [K in SealedKind]: (deal: Deal, over?: Change<K>) => Signed<K> };

/** The same story by any pen: with fake messages for speed, with signed ones where the bytes matter. */
export function storyBy(pen: Pen): Story {
  const lastId = (deal: Deal) => (deal.messages.at(-1) as Signed).id;

  const inThread = (deal: Deal, who: Who, prev: Uint8Array) => ({
    nonce: filled(16, deal.messages.length + 1),
    issued: noon + deal.messages.length * minute,
    thread: deal.intent.id,
    prev,
    to: who === "buyer" ? mailboxes.seller : mailboxes.buyer,
  });

  const story: Story = {
    intent: (over: Partial<Body<"intent">> = {}) => pen("intent", intentBody(over), "buyer"),
    open: (over: Partial<Body<"intent">> = {}) => openDeal(story.intent(over)),

    offer(deal: Deal, { who = "seller", ...over }: Change<"offer"> = {}) {
      const prev = (deal.phase === "countered" ? deal.counter : (deal.offer ?? deal.intent))?.id;
      return pen(
        "offer",
        {
          ...inThread(deal, who, prev as Uint8Array),
          ...proposal(),
          issued: noon + deal.messages.length * minute,
          seller: "Cradle & Co",
          breakdown: { goods: 20_000 },
          reply: reply(mailboxes.seller),
          ...over,
        },
        who,
      );
    },

    counter: (deal: Deal, { who = "buyer", ...over }: Change<"counter"> = {}) =>
      pen(
        "counter",
        {
          ...inThread(deal, who, deal.offer?.id ?? lastId(deal)),
          expires: noon + 7 * hour,
          change: { total: 19_000 },
          ...over,
        },
        who,
      ),

    award: (deal: Deal, { who = "buyer", ...over }: Change<"award"> = {}) =>
      pen("award", { ...inThread(deal, who, deal.offer?.id ?? lastId(deal)), ...over }, who),

    order: (deal: Deal, { who = "seller", ...over }: Change<"order"> = {}) =>
      pen(
        "order",
        {
          ...inThread(deal, who, deal.award?.id ?? lastId(deal)),
          number: "C-1001",
          currency: "USD",
          total: deal.offer?.body.total ?? 1,
          ...over,
        },
        who,
      ),

    update: (deal: Deal, { who = "seller", ...over }: Change<"update"> = {}) =>
      pen("update", { ...inThread(deal, who, lastId(deal)), status: "OrderProcessing", ...over }, who),

    receipt: (deal: Deal, { who = "seller", ...over }: Change<"receipt"> = {}) =>
      pen(
        "receipt",
        {
          ...inThread(deal, who, lastId(deal)),
          paid: { currency: "USD", total: 20_000, at: noon + hour },
          ...over,
        },
        who,
      ),

    decline: (deal: Deal, { who = "buyer", ...over }: Change<"decline"> = {}) =>
      pen("decline", { ...inThread(deal, who, lastId(deal)), reason: "price", ...over }, who),

    note: (deal: Deal, { who = "buyer", ...over }: Change<"note"> = {}) =>
      pen("note", { ...inThread(deal, who, lastId(deal)), text: "Hello.", ...over }, who),
  };
  return story;
}

export type Step = (story: Story, deal: Deal) => Private;

/** Takes each step in turn at the time its message carries, and throws where one is refused. */
export const play = (story: Story, deal: Deal, ...steps: readonly Step[]): Deal =>
  steps.reduce((soFar, step) => {
    const message = step(story, soFar);
    const next = advance(soFar, message, message.body.issued);
    if (!next.ok) throw new Error(`${message.kind} refused: ${next.error.code} ${next.error.detail}`);
    return next.value;
  }, deal);

export const offer: Step = (story, deal) => story.offer(deal);
export const counter: Step = (story, deal) => story.counter(deal);
export const award: Step = (story, deal) => story.award(deal);
export const order: Step = (story, deal) => story.order(deal);
export const receipt: Step = (story, deal) => story.receipt(deal);
export const sellerSays =
  (status: Body<"update">["status"]): Step =>
  (story, deal) =>
    story.update(deal, { status });
export const buyerSays =
  (status: Body<"update">["status"]): Step =>
  (story, deal) =>
    story.update(deal, { status, who: "buyer" });
