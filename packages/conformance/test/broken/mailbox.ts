/** Relays that open mailboxes to the wrong people, or do not keep the limits that they tell. */
import { equalBytes, toHex } from "@intentcast/protocol";
import { accepting, type BrokenRelay, cofactored, misstating, saying, subscribing } from "./broken-relay.ts";

export const mailboxRelays: readonly BrokenRelay[] = [
  {
    rule: "mailbox/served",
    it: "believes nobody",
    told: /accepted for a right proof of a mailbox; came rejected/,
    faults: saying((frame) => [
      frame[0] === "accepted" && frame[2].id === undefined
        ? ["rejected", frame[1], "session", "authentication-failed", "", 0]
        : frame,
    ]),
  },
  {
    rule: "mailbox/served",
    it: "keeps sealed messages that were there before the reader",
    told: /message 1 of 2, at position 1; came caughtUp/,
    faults: subscribing(([name, number, filter, { after: _, ...options }]) => [
      name,
      number,
      filter,
      options,
    ]),
  },
  {
    rule: "mailbox/wrong-proof",
    it: "believes everybody",
    told: /authentication-failed for another key's signature; came accepted/,
    faults: accepting("authentication-failed"),
  },
  {
    rule: "mailbox/replay",
    it: "believes a proof that it has seen",
    told: /authentication-failed for a proof that another connection has sent; came accepted/,
    faults: {
      link: (() => {
        const seen = new Set<string>();
        return ({ toClient }) => ({
          fromClient: (frame) => {
            if (frame[0] !== "authenticate") return [frame];
            const proof = toHex(frame[3]);
            if (seen.has(proof)) toClient(["accepted", frame[1], {}]);
            const isKnown = seen.has(proof);
            seen.add(proof);
            return isKnown ? [] : [frame];
          },
        });
      })(),
    },
  },
  {
    rule: "mailbox/one-rule",
    it: "verifies proofs with its library's own rule",
    told: /authentication-failed for a signature that holds only times the cofactor; came accepted/,
    faults: { relay: () => ({ equation: cofactored }) },
  },
  {
    rule: "mailbox/one-rule",
    it: "takes a mailbox of small order",
    told: /authentication-failed for a mailbox of small order; came accepted/,
    faults: {
      link: ({ toClient }) => ({
        fromClient: (frame) => {
          const one = new Uint8Array(32).fill(1, 0, 1);
          if (frame[0] !== "authenticate" || !equalBytes(frame[2], one)) return [frame];
          toClient(["accepted", frame[1], {}]);
          return [];
        },
      }),
    },
  },
  {
    rule: "mailbox/not-authenticated",
    it: "serves everybody's sealed messages",
    told: /mailbox-not-authenticated for a mailbox that was never proved; came caughtUp/,
    faults: saying((frame) => [
      frame[0] === "ended" && frame[2] === "mailbox-not-authenticated" ? ["caughtUp", frame[1], 1] : frame,
    ]),
  },
  {
    rule: "mailbox/not-authenticated",
    it: "serves the mailboxes that were proved and leaves out the others",
    told: /mailbox-not-authenticated for two mailboxes of which one was proved; came caughtUp/,
    faults: subscribing(([name, number, filter, options]) => [
      name,
      number,
      { ...filter, ...(filter.mailboxes && { mailboxes: filter.mailboxes.slice(0, 1) }) },
      options,
    ]),
  },
  {
    rule: "mailbox/sealed-kept",
    it: "serves who asks for sealed messages what lies in all mailboxes that they have proved",
    told: /caughtUp; came message|no sealed message for a filter without mailboxes; came message/,
    faults: {
      link: () => {
        const proved: Uint8Array[] = [];
        return {
          fromClient: (frame) => {
            if (frame[0] === "authenticate") proved.push(frame[2]);
            if (frame[0] !== "subscribe" || !frame[2].kinds?.includes("sealed")) return [frame];
            return [["subscribe", frame[1], { ...frame[2], mailboxes: proved }, frame[3]]];
          },
        };
      },
    },
  },
  {
    rule: "limit/subscriptions",
    it: "opens more subscriptions than it says",
    told: /too-many-subscriptions for subscription 6 of 5; came caughtUp/,
    faults: misstating({ subscriptions: 5 }, {}),
  },
  {
    rule: "limit/subscriptions",
    it: "opens fewer subscriptions than it says",
    told: /caughtUp; came ended, subscription 6: too-many-subscriptions/,
    faults: misstating({ subscriptions: 7 }, { subscriptions: 5 }),
  },
  {
    rule: "limit/filter-terms",
    it: "takes larger filters than it says",
    told: /filter-too-large for 301 alternatives, of 300; came caughtUp/,
    faults: misstating({ filterTerms: 300 }, {}),
  },
  {
    rule: "limit/mailboxes",
    it: "authenticates for more mailboxes than it says",
    told: /too-many-mailboxes for mailbox 6 of 5; came accepted/,
    faults: misstating({ mailboxes: 5 }, {}),
  },
  {
    rule: "limit/mailboxes",
    it: "authenticates for fewer mailboxes than it says",
    told: /accepted for mailbox 6 of 7; came rejected/,
    faults: misstating({ mailboxes: 7 }, { mailboxes: 5 }),
  },
  {
    rule: "limit/credit",
    it: "lends more credit than it says",
    told: /4 messages for a credit of 7, of which 4 are allowed; came message/,
    faults: misstating({ credit: 4 }, {}),
  },
];
