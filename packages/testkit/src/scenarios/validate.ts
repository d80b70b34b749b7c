/** The scenarios of spec/vectors/validate: signed messages of each kind, whole and minimal, and each rule broken. */
import { type Body, encodeValue, type Kind, signerFromSeed } from "@intentcast/protocol";
import { filled, sampleBodies, storyTime } from "../bodies.ts";
import { signedEnvelope, signedTold } from "../envelope-parts.ts";
import type { Vector } from "../vectors.ts";

const signer = signerFromSeed(filled(32, 0x41));

function vector(name: string, kind: Kind, body: object, expect: string, comment: string): Vector {
  return {
    case: name,
    expect,
    comment,
    headers: expect === "accepted" ? signedTold(kind, signer.publicKey, body) : { kind },
    bytes: signedEnvelope({ signer, kind, payload: encodeValue(body) }),
  };
}

const full = (kind: Kind): Vector =>
  vector(`${kind}-full`, kind, sampleBodies()[kind], "accepted", "every field of the kind");

type Without<K extends Kind> = readonly (keyof Body<K> & string)[];

/** The sample without these fields, all of which may be absent. */
function minimal<K extends Kind>(kind: K, absent: Without<K>): Vector {
  const entries = Object.entries(sampleBodies()[kind]).filter(
    ([field]) => !(absent as readonly string[]).includes(field),
  );
  return vector(`${kind}-minimal`, kind, Object.fromEntries(entries), "accepted", "only what must be there");
}

type Patch<K extends Kind> = (body: Body<K>) => object;

/** The sample with some fields replaced, or left out as undefined, and the code that refuses it. */
function broken<K extends Kind>(
  kind: K,
  name: string,
  code: string,
  comment: string,
  patch: Patch<K>,
): Vector {
  const body = sampleBodies()[kind];
  const patched = Object.entries({ ...body, ...patch(body) }).filter(([, value]) => value !== undefined);
  return vector(`${kind}-${name}`, kind, Object.fromEntries(patched), `validate/${code}`, comment);
}

/** The sample with some fields replaced, still in order. */
const whole = <K extends Kind>(kind: K, name: string, comment: string, patch: Patch<K>): Vector => {
  const body = sampleBodies()[kind];
  return vector(`${kind}-${name}`, kind, { ...body, ...patch(body) }, "accepted", comment);
};

const largest = Number.MAX_SAFE_INTEGER;

/** A patch of the first of the lines that an intent wants. */
const wanted =
  (patch: object): Patch<"intent"> =>
  ({ want: [first, ...rest] }) => ({ want: [{ ...first, ...patch }, ...rest] });

const demanded = (requirement: object): Patch<"intent"> =>
  wanted({ requirements: [{ attribute: "size", operator: "eq", value: 1, ...requirement }] });

const named = (name: string): Patch<"intent"> => wanted({ name });

/** A patch of the first of the lines that an offer makes. */
const offered =
  (patch: object): Patch<"offer"> =>
  ({ lines: [first, ...rest] }) => ({ lines: [{ ...first, ...patch }, ...rest] });

const freeLines =
  (...places: object[]): Patch<"offer"> =>
  () => ({
    lines: places.map((place) => ({ name: "x", quantity: { value: 1, unit: "C62" }, price: 0, ...place })),
    breakdown: { goods: 0 },
    total: 0,
  });

const price =
  (form: object): Patch<"intent"> =>
  () => ({ price: { currency: "USD", ...form } });
const shape = "body-shape";

export const validateScenarios: readonly Vector[] = [
  ...(Object.keys(sampleBodies()) as Kind[]).map(full),
  minimal("intent", [
    "ext",
    "where",
    "delivery",
    "when",
    "price",
    "award",
    "terms",
    "commission",
    "languages",
    "note",
  ]),
  minimal("profile", [
    "description",
    "domains",
    "categories",
    "areas",
    "languages",
    "payment",
    "capabilities",
    "relays",
  ]),
  minimal("offer", ["domain", "delivery", "payment", "terms", "note"]),
  minimal("counter", ["note"]),
  minimal("decline", ["note"]),
  minimal("award", ["payment", "disclosure", "note"]),
  minimal("order", ["payment", "delivery", "note"]),
  minimal("update", ["tracking", "note"]),
  minimal("receipt", ["delivered", "serials", "warranty", "note"]),

  broken("intent", "unknown-field", shape, "a field that the kind does not have", () => ({ budget: 1 })),
  broken("intent", "unknown-field-long", shape, "a field whose name takes nearly all of the body", () => ({
    ["x".repeat(14_000)]: 1,
  })),
  broken("intent", "when-bytes", shape, "an empty byte string in the place of a map", () => ({
    when: new Uint8Array(0),
  })),
  broken("counter", "change-bytes", shape, "an empty byte string in the place of a map", () => ({
    change: new Uint8Array(0),
  })),
  broken("intent", "nonce-short", shape, "15 bytes", () => ({ nonce: filled(15, 1) })),
  broken("intent", "issued-negative", shape, "before 1970", () => ({ issued: -1 })),
  broken("intent", "want-empty", shape, "nothing is wanted", () => ({ want: [] })),
  broken("intent", "want-17", shape, "17 lines", ({ want }) => ({ want: new Array(17).fill(want[1]) })),
  broken("intent", "expires-at-once", "lifetime-negative", "expires when issued", ({ issued }) => ({
    expires: issued,
  })),
  broken("intent", "price-none", "price-form", "a currency alone", price({})),
  broken("intent", "price-two", "price-form", "a maximum and a firm price", price({ max: 2, firm: 1 })),
  broken("intent", "price-currency", shape, "lower case", price({ currency: "usd", max: 1 })),
  broken("intent", "price-negative", shape, "less than nothing", price({ max: -1 })),
  broken(
    "intent",
    "curve-back",
    "curve-order",
    "a point before the one before it",
    price({
      curve: [
        { at: 2, price: 1 },
        { at: 1, price: 1 },
      ],
    }),
  ),
  broken(
    "intent",
    "curve-still",
    "curve-order",
    "two points at one time",
    price({
      curve: [
        { at: 1, price: 1 },
        { at: 1, price: 2 },
      ],
    }),
  ),
  broken(
    "intent",
    "requirement-list",
    "requirement-form",
    "a list without the operator in",
    demanded({ value: ["a"], must: true }),
  ),
  broken(
    "intent",
    "requirement-in",
    "requirement-form",
    "the operator in without a list",
    demanded({ operator: "in", must: true }),
  ),
  broken(
    "intent",
    "requirement-order-text",
    "requirement-form",
    "text is not ordered",
    demanded({ operator: "lt", value: "a", must: true }),
  ),
  broken(
    "intent",
    "requirement-unit-text",
    "requirement-form",
    "text has no unit",
    demanded({ value: "a", unit: "KGM", must: true }),
  ),
  broken(
    "intent",
    "requirement-operator",
    shape,
    "no such operator",
    demanded({ operator: "like", must: true }),
  ),
  broken("intent", "requirement-no-force", "requirement-force", "neither required nor weighed", demanded({})),
  broken(
    "intent",
    "requirement-two-forces",
    "requirement-force",
    "required and weighed",
    demanded({ must: true, weight: 1 }),
  ),
  broken("intent", "requirement-weight", shape, "a weight of 101", demanded({ weight: 101 })),
  broken("intent", "when-back", "time-order", "until before from", () => ({ when: { from: 2, until: 1 } })),
  broken(
    "intent",
    "gtin-check",
    "gtin-check-digit",
    "4006381333931 with another last digit",
    wanted({ gtin: "4006381333932" }),
  ),
  broken("intent", "gtin-short", shape, "seven digits", wanted({ gtin: "1234567" })),
  broken(
    "intent",
    "quantity-nothing",
    shape,
    "a quantity of 0",
    wanted({ quantity: { value: 0, unit: "C62" } }),
  ),
  broken("intent", "condition-twice", "list-duplicate", "new and new", wanted({ condition: ["new", "new"] })),
  broken("intent", "where-twice", "list-duplicate", "one place twice", () => ({
    where: ["iso3166/US", "iso3166/US"],
  })),
  broken("intent", "delivery-twice", "list-duplicate", "one method twice", () => ({
    delivery: ["pickup", "pickup"],
  })),
  broken("intent", "terms-twice", "list-duplicate", "one text twice", ({ terms = [] }) => ({
    terms: [...terms, ...terms],
  })),
  broken(
    "intent",
    "terms-one-hash",
    "list-duplicate",
    "one text under two identifiers",
    ({ terms = [] }) => ({
      terms: [...terms, { iri: "https://terms.example/other", sha256: terms[0]?.sha256, must: false }],
    }),
  ),
  broken("intent", "languages-twice", "list-duplicate", "one language twice", () => ({
    languages: ["en", "es", "en"],
  })),
  broken("intent", "name-empty", shape, "a name of no length", named("")),
  broken("intent", "name-201", shape, "201 bytes in 101 characters", named(`x${"ö".repeat(100)}`)),
  broken("intent", "name-escape", shape, "a control character", named("a\u001b[2J")),
  broken("intent", "name-two-lines", shape, "a line feed in a label", named("a\nb")),
  broken("intent", "note-carriage-return", shape, "a carriage return in a text", () => ({ note: "a\rb" })),
  broken(
    "intent",
    "category-empty-segment",
    shape,
    "a path with nothing between two slashes",
    wanted({ category: "a//b" }),
  ),
  broken(
    "intent",
    "category-upper-case",
    shape,
    "a scheme in upper case",
    wanted({ category: "Shopify/aa" }),
  ),
  broken("intent", "category-17", shape, "17 segments", wanted({ category: `a${"/1".repeat(16)}` })),
  whole("intent", "ext-twice", "one name twice: what it means is for those who know it", () => ({
    ext: [
      ["com.example.gift", 1],
      ["com.example.gift", 2],
    ],
  })),
  broken("intent", "ext-name", shape, "an extension without a domain", () => ({ ext: [["gift", 1]] })),
  broken("intent", "reply-key-short", shape, "31 bytes", ({ reply }) => ({
    reply: { ...reply, key: filled(31, 1) },
  })),
  broken("intent", "reply-relay-http", shape, "not a WebSocket address", ({ reply }) => ({
    reply: { ...reply, relays: ["https://relay.example"] },
  })),
  broken("intent", "commission-10001", shape, "more than the whole price", () => ({ commission: 10_001 })),

  broken(
    "intent",
    "two-breaches",
    "price-form",
    "rules are looked at in order: the price before the line",
    (it) => ({
      ...wanted({ gtin: "4006381333932", condition: ["new", "new"] })(it),
      ...price({})(it),
    }),
  ),
  broken(
    "intent",
    "two-breaches-in-lines",
    "requirement-form",
    "a rule is looked at in the whole body before the next: the second line's form before the first line's force",
    ({ want: [first, second] }) => ({
      want: [
        { ...first, requirements: [{ attribute: "size", operator: "eq", value: 1 }] },
        { ...second, requirements: [{ attribute: "size", operator: "in", value: 1, must: true }] },
      ],
    }),
  ),

  broken("close", "reason", shape, "no such reason", () => ({ reason: "bored" })),
  broken("close", "expires-before", "lifetime-negative", "expires before it is issued", () => ({
    expires: storyTime,
  })),
  broken("profile", "domain-upper-case", shape, "a domain in upper case", () => ({
    domains: ["Cradle.example"],
  })),
  broken("profile", "areas-twice", "list-duplicate", "one area twice", () => ({
    areas: ["iso3166/US", "iso3166/US"],
  })),

  broken(
    "offer",
    "lines-off",
    "line-sum",
    "lines of one cent more than the goods",
    offered({ price: 18_901 }),
  ),
  broken("offer", "total-off", "breakdown-sum", "a total of one cent more", ({ total }) => ({
    total: total + 1,
  })),
  broken(
    "offer",
    "line-twice",
    "line-twice",
    "two whole answers to one line",
    freeLines({ line: 0 }, { line: 0 }),
  ),
  broken(
    "offer",
    "part-twice",
    "line-twice",
    "one part twice",
    freeLines({ line: 0, part: 2 }, { line: 0, part: 2 }),
  ),
  broken("offer", "gtin-check", "gtin-check-digit", "a wrong check digit", offered({ gtin: "96385075" })),
  broken("offer", "terms-twice", "list-duplicate", "one text twice", ({ terms = [] }) => ({
    terms: [...terms, ...terms],
  })),
  broken("offer", "payment-twice", "list-duplicate", "one method twice", () => ({
    payment: ["card", "card"],
  })),
  broken("offer", "two-breaches", "list-duplicate", "lists are looked at before sums", ({ total }) => ({
    payment: ["card", "card"],
    total: total + 1,
  })),
  whole("offer", "sum-beyond", "a sum that passes 2^53-1 on the way: computed exactly", () => ({
    lines: [{ line: 0, name: "x", quantity: { value: 1, unit: "C62" }, price: largest }],
    breakdown: { goods: largest, fees: 2, discount: 2 },
    total: largest,
  })),
  broken("offer", "to-missing", shape, "no mailbox", () => ({ to: undefined })),
  broken("offer", "url-script", shape, "not an https address", offered({ url: "javascript:alert(1)" })),
  broken("offer", "expires-at-once", "lifetime-negative", "expires when issued", ({ issued }) => ({
    expires: issued,
  })),
  broken("counter", "empty", "counter-empty", "asks for nothing and says nothing", () => ({
    change: {},
    note: undefined,
  })),
  broken("counter", "line-twice", "list-duplicate", "two quantities for one line", ({ change }) => ({
    change: { ...change, quantities: [...(change.quantities ?? []), ...(change.quantities ?? [])] },
  })),
  broken("decline", "reason", shape, "no such reason", () => ({ reason: "because" })),
  broken("award", "disclosure-unknown", shape, "a disclosure with a field of its own", () => ({
    disclosure: { iban: "DE00" },
  })),
  broken("order", "number-missing", shape, "no number", () => ({ number: undefined })),
  broken("update", "status", shape, "a status that schema.org does not have", () => ({
    status: "OrderLost",
  })),
  broken("receipt", "paid-negative", shape, "less than nothing", ({ paid }) => ({
    paid: { ...paid, total: -1 },
  })),
  broken("note", "text-long", shape, "2,001 bytes", () => ({ text: "x".repeat(2001) })),
];
