/** Relays whose store forgets, serves too much, or loses count. */
import { type Carelessness, carelessDisk } from "../careless-store.ts";
import type { Faults } from "../faulty-relay.ts";
import { accepting, type BrokenRelay, granting, saying, subscribing } from "./broken-relay.ts";

const careless = (wrong: Carelessness): Faults => {
  const open = carelessDisk(wrong);
  return { relay: () => ({ store: open() }) };
};

export const storeRelays: readonly BrokenRelay[] = [
  {
    rule: "profile/latest-stands",
    it: "keeps all profiles of an author",
    told: /admit\/superseded for a profile issued before the one that stands; came accepted/,
    faults: careless({ keepsAllProfiles: true }),
  },
  {
    rule: "profile/latest-stands",
    it: "accepts a profile that it throws away",
    told: /admit\/superseded for a profile issued before the one that stands; came accepted/,
    faults: accepting("superseded", { position: 1 }),
  },
  {
    rule: "profile/greater-id",
    it: "lets the last profile to come win a tie",
    told: /admit\/superseded for a profile of the same second with a lesser id; came accepted/,
    faults: careless({ forgetsIds: true }),
  },
  {
    rule: "expiry/not-served",
    it: "serves what is there, expired or not",
    told: /only what has not expired, to who waited for credit, at position 2; came message, .* position 1/,
    faults: careless({ servesExpired: true }),
  },
  {
    rule: "position/increasing",
    it: "gives positions out of order",
    told: /a position after \d+; came position/,
    faults: granting(({ position = 0, ...told }) => ({ ...told, position: position ^ 1 })),
  },
  {
    rule: "position/increasing",
    it: "serves a message at another position than it said",
    told: /message 1 of 8, at position 1; came message, subscription 1, position 11/,
    faults: saying((frame) => [
      frame[0] === "message" ? ["message", frame[1], frame[2] + 10, frame[3]] : frame,
    ]),
  },
  {
    rule: "position/hello",
    it: "does not know its last position",
    told: /at least position 1 in hello; came 0/,
    faults: saying((frame) => [frame[0] === "hello" ? ["hello", { ...frame[1], position: 0 }] : frame]),
  },
  {
    rule: "position/hello",
    it: "gives its store another name on each connection",
    told: /one store on two connections; came/,
    faults: saying((frame) => [
      frame[0] === "hello" ? ["hello", { ...frame[1], store: frame[1].challenge.slice(0, 16) }] : frame,
    ]),
  },
  {
    rule: "position/resume",
    it: "takes after for the first that is wanted and leaves that out too",
    told: /the first message after position 1, at position 2; came message, .* position 3/,
    faults: subscribing(([name, number, filter, { after, ...options }]) => [
      name,
      number,
      filter,
      { ...options, ...(after !== undefined && { after: after === 0 ? 0 : after + 1 }) },
    ]),
  },
  {
    rule: "position/resume",
    it: "begins with the message that the client has",
    told: /the first message after position 1, at position 2; came message, .* position 1/,
    faults: subscribing(([name, number, filter, { after, ...options }]) => [
      name,
      number,
      filter,
      { ...options, ...(after !== undefined && { after: Math.max(0, after - 1) }) },
    ]),
  },
  {
    rule: "position/unknown",
    it: "takes a position beyond its last one for now",
    told: /position-unknown for a subscription after \d+; came caughtUp/,
    faults: subscribing(([name, number, filter, { after: _, ...options }]) => [
      name,
      number,
      filter,
      options,
    ]),
  },
  {
    rule: "restart/durable",
    it: "accepts before it has written",
    told: /all \d+ accepted messages; came 3 lost/,
    faults: careless({ losesLast: 3 }),
  },
  {
    rule: "restart/durable",
    it: "keeps everything in memory",
    told: /all \d+ accepted messages; came \d+ lost/,
    faults: {},
  },
  {
    rule: "restart/durable",
    it: "numbers its messages anew and keeps the name of its store",
    told: /the message at position \d+, as the store has the same name; came it at/,
    faults: careless({ renumbers: true }),
  },
  {
    rule: "restart/positions",
    it: "gives the position of a message that has expired to the next one",
    told: /position 2 or later in hello, in the same store; came position 1/,
    faults: careless({ countsRows: true }),
  },
];
