/** One full body of every kind: all fields present, all rules kept, all of one story. */
import type { Body, Kind } from "@intentcast/protocol";

/** The moment at which the story begins: 2026-11-23 12:00:00 UTC. */
export const storyTime = 1_795_435_200;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `length` bytes of one value: recognisable in a dump, and never random. */
export const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

const intentId = filled(32, 0x11);
const offerId = filled(32, 0x12);
const awardId = filled(32, 0x13);
const orderId = filled(32, 0x14);
const buyerMailbox = filled(32, 0x21);
const sellerMailbox = filled(32, 0x22);
const termsText = filled(32, 0x31);

const head = (byte: number, after: number) => ({ nonce: filled(16, byte), issued: storyTime + after });

const inThread = (byte: number, after: number, prev: Uint8Array, to: Uint8Array) => ({
  ...head(byte, after),
  thread: intentId,
  prev,
  to,
});

/** A fresh copy each time, so that a test may change it. */
export const sampleBodies = (): { [K in Kind]: Body<K> } => ({
  intent: {
    ...head(1, 0),
    ext: [["org.example.gift", { wrap: true, card: "For the twins" }]],
    expires: storyTime + day,
    want: [
      {
        category: "shopify/bt/15/8",
        gtin: "4006381333931",
        mpn: "TS-2",
        name: "stroller for twins",
        quantity: { value: 1, unit: "C62" },
        condition: ["new", "refurbished"],
        requirements: [
          { attribute: "seats", operator: "ge", value: 2, unit: "C62", must: true },
          { attribute: "color", operator: "in", value: ["green", "blue"], weight: 40 },
          { attribute: "weight", operator: "le", value: 125, scale: 1, unit: "KGM", weight: 60 },
        ],
        substitutes: true,
      },
      {
        category: "shopify/bt/15/4",
        name: "rain cover",
        quantity: { value: 1, unit: "C62" },
        optional: true,
        substitutes: true,
      },
    ],
    where: ["geohash/9/m/u/d/q", "iso3166/US/CA"],
    delivery: ["courier", "pickup"],
    when: { from: storyTime, until: storyTime + 2 * hour },
    price: { currency: "USD", max: 25_000 },
    award: { deadline: storyTime + hour, winners: 1 },
    terms: [{ iri: "https://w3id.org/dpv/terms/sd-base", sha256: termsText, must: true }],
    commission: 150,
    languages: ["en", "es-MX"],
    note: "Third floor,\nno lift.",
    reply: { mailbox: buyerMailbox, key: filled(32, 0x23), relays: ["wss://relay.example:7447"] },
  },
  close: { ...head(2, 30 * minute), expires: storyTime + day, thread: intentId, reason: "awarded" },
  profile: {
    ...head(3, -day),
    expires: storyTime + 20 * day,
    name: "Cradle & Co",
    description: "Everything that rolls and has a child in it.",
    domains: ["cradle.example"],
    categories: ["shopify/bt"],
    areas: ["iso3166/US/CA"],
    languages: ["en"],
    payment: ["card", "cash"],
    capabilities: ["counter", "note"],
    relays: ["wss://relay.example:7447"],
  },
  offer: {
    ...inThread(4, minute, intentId, buyerMailbox),
    expires: storyTime + 3 * hour,
    seller: "Cradle & Co",
    domain: "cradle.example",
    lines: [
      {
        line: 0,
        part: 1,
        name: "Twin stroller, sage",
        category: "shopify/bt/15/8",
        sku: "TS-2-SAGE",
        gtin: "4006381333931",
        mpn: "TS-2",
        brand: "Rollwell",
        condition: "new",
        quantity: { value: 1, unit: "C62" },
        price: 18_900,
        attributes: [
          { attribute: "seats", value: 2, unit: "C62" },
          { attribute: "color", value: "green" },
          { attribute: "weight", value: 118, scale: 1, unit: "KGM" },
        ],
        url: "https://cradle.example/ts-2",
      },
      {
        line: 1,
        name: "Rain cover for two",
        quantity: { value: 1, unit: "C62" },
        price: 2_000,
        substitute: true,
      },
    ],
    currency: "USD",
    total: 23_035,
    breakdown: { goods: 20_900, delivery: 900, tax: 1_735, fees: 0, discount: 500 },
    delivery: { method: "courier", from: storyTime + hour, until: storyTime + 2 * hour, place: "San Diego" },
    payment: ["card"],
    terms: [termsText],
    note: "Assembled, ready to roll.",
    reply: { mailbox: sellerMailbox, key: filled(32, 0x24), relays: ["wss://relay.example:7447"] },
  },
  counter: {
    ...inThread(5, 2 * minute, offerId, sellerMailbox),
    expires: storyTime + hour,
    change: {
      total: 22_000,
      delivery: "pickup",
      deliveredUntil: storyTime + 90 * minute,
      quantities: [{ line: 0, quantity: { value: 2, unit: "C62" } }],
    },
    note: "Could you do 220?",
  },
  decline: {
    ...inThread(6, 3 * minute, offerId, sellerMailbox),
    reason: "awarded-elsewhere",
    note: "Thank you all the same.",
  },
  award: {
    ...inThread(7, 5 * minute, offerId, sellerMailbox),
    payment: "card",
    disclosure: {
      name: "Ada Byrne",
      email: "ada@buyer.example",
      telephone: "+1 619 555 0100",
      address: {
        streetAddress: "12 Harbor Street",
        addressLocality: "San Diego",
        addressRegion: "CA",
        postalCode: "92101",
        addressCountry: "US",
      },
      instructions: "Ring twice.",
    },
    note: "See you soon.",
  },
  order: {
    ...inThread(8, 6 * minute, awardId, buyerMailbox),
    number: "C-1001",
    currency: "USD",
    total: 23_035,
    payment: {
      method: "card",
      url: "https://cradle.example/pay/c-1001",
      reference: "C-1001",
      instructions: "Pay by link, or to the driver.",
      due: storyTime + day,
    },
    delivery: { method: "courier", until: storyTime + 2 * hour },
    note: "On its way within the hour.",
  },
  update: {
    ...inThread(9, 40 * minute, orderId, buyerMailbox),
    status: "OrderInTransit",
    tracking: { carrier: "Bay Couriers", number: "BC 77", url: "https://bay.example/bc-77" },
    note: "The driver has left.",
  },
  receipt: {
    ...inThread(10, 2 * hour, orderId, buyerMailbox),
    paid: { currency: "USD", total: 23_035, at: storyTime + hour, method: "card", reference: "A-5" },
    delivered: storyTime + 100 * minute,
    serials: [{ line: 0, serial: "RW-0042" }],
    warranty: { until: storyTime + 730 * day, terms: "https://cradle.example/warranty" },
    note: "Enjoy the ride.",
  },
  note: { ...inThread(11, 50 * minute, orderId, sellerMailbox), text: "The bell is broken:\nplease knock." },
});
