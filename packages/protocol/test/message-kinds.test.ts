import { filled, sampleBodies } from "@intentcast/testkit";
import { describe, expect, it } from "vitest";
import { type Body, type Kind, kinds } from "../src/message/kinds.ts";
import { validateBody } from "../src/message/validate.ts";
import type { RejectCode } from "../src/reject.ts";

const allKinds = Object.keys(kinds) as Kind[];

const codeOf = (kind: Kind, body: unknown): RejectCode | "fine" => {
  const verdict = validateBody(kind, body);
  return verdict.ok ? "fine" : verdict.error.code;
};

/** The verdict on the sample of a kind with some fields replaced. */
function after<K extends Kind>(kind: K, change: (body: Body<K>) => object) {
  const body = sampleBodies()[kind];
  return codeOf(kind, { ...body, ...change(body) });
}

describe.each(allKinds)("a body of kind %s", (kind) => {
  it("is valid with all its fields", () => {
    expect(validateBody(kind, sampleBodies()[kind])).toEqual({ ok: true, value: sampleBodies()[kind] });
  });

  it("is refused with a field that the kind does not have", () => {
    expect(codeOf(kind, { ...sampleBodies()[kind], surprise: 1 })).toBe("body-shape");
  });

  it("is refused without its nonce, and with a nonce of another length", () => {
    const { nonce, ...rest } = sampleBodies()[kind];
    expect(codeOf(kind, rest)).toBe("body-shape");
    expect(codeOf(kind, { ...rest, nonce: nonce.slice(1) })).toBe("body-shape");
  });

  it("is refused when a field holds a value of another type", () => {
    for (const field of Object.keys(sampleBodies()[kind])) {
      expect(codeOf(kind, { ...sampleBodies()[kind], [field]: Symbol() }), field).toBe("body-shape");
    }
  });

  it("names the field in the refusal's detail", () => {
    const verdict = validateBody(kind, { ...sampleBodies()[kind], issued: -1 });
    expect(verdict.ok ? "" : verdict.error.detail).toMatch(new RegExp(`^${kind}: issued: `));
  });
});

describe("an intent", () => {
  /** The verdict on the sample intent with some fields of its first line replaced. */
  const afterLine = (patch: object) =>
    after("intent", ({ want: [first, ...rest] }) => ({ want: [{ ...first, ...patch }, ...rest] }));

  it("must expire after it is issued", () => {
    expect(after("intent", (body) => ({ expires: body.issued }))).toBe("lifetime-negative");
  });

  it("names a price in exactly one form", () => {
    expect(after("intent", () => ({ price: { currency: "USD" } }))).toBe("price-form");
    expect(after("intent", () => ({ price: { currency: "USD", max: 2, firm: 1 } }))).toBe("price-form");
    expect(after("intent", () => ({ price: { currency: "USD", firm: 1 } }))).toBe("fine");
    const { price: _, ...unpriced } = sampleBodies().intent;
    expect(codeOf("intent", unpriced)).toBe("fine");
  });

  it("draws its price curve forward in time", () => {
    const curve = (...times: number[]) =>
      after("intent", () => ({ price: { currency: "USD", curve: times.map((at) => ({ at, price: 1 })) } }));
    expect(curve(1, 2, 3)).toBe("fine");
    expect(curve(1, 3, 2)).toBe("curve-order");
    expect(curve(1, 1)).toBe("curve-order");
  });

  it("fits operator, value and unit of a requirement together", () => {
    const requirement = (change: object) =>
      afterLine({ requirements: [{ attribute: "size", operator: "eq", value: 1, must: true, ...change }] });
    expect(requirement({})).toBe("fine");
    expect(requirement({ operator: "in" })).toBe("requirement-form");
    expect(requirement({ value: ["a"] })).toBe("requirement-form");
    expect(requirement({ operator: "lt", value: "a" })).toBe("requirement-form");
    expect(requirement({ value: "a", unit: "KGM" })).toBe("requirement-form");
    expect(requirement({ value: true, scale: 1 })).toBe("requirement-form");
    expect(requirement({ operator: "in", value: [1, 2], unit: "KGM" })).toBe("fine");
  });

  it("either requires an attribute or weighs it", () => {
    const force = (change: object) =>
      afterLine({ requirements: [{ attribute: "size", operator: "eq", value: 1, ...change }] });
    expect(force({})).toBe("requirement-force");
    expect(force({ must: true, weight: 1 })).toBe("requirement-force");
    expect(force({ weight: 100 })).toBe("fine");
    expect(force({ weight: 101 })).toBe("body-shape");
  });

  it("ends no period before it begins", () => {
    expect(after("intent", () => ({ when: { from: 2, until: 1 } }))).toBe("time-order");
    expect(after("intent", () => ({ when: { from: 1, until: 1 } }))).toBe("fine");
  });

  it("has GTINs with a right check digit", () => {
    expect(afterLine({ gtin: "4006381333932" })).toBe("gtin-check-digit");
    for (const gtin of ["96385074", "036000291452", "4006381333931", "00012345600012"]) {
      expect(afterLine({ gtin: gtin }), gtin).toBe("fine");
    }
    expect(afterLine({ gtin: "123" })).toBe("body-shape");
  });

  it("holds no set with an item twice", () => {
    expect(after("intent", () => ({ where: ["iso3166/US", "iso3166/US"] }))).toBe("list-duplicate");
    expect(after("intent", () => ({ delivery: ["pickup", "pickup"] }))).toBe("list-duplicate");
    expect(afterLine({ condition: ["new", "used", "new"] })).toBe("list-duplicate");
    expect(after("intent", ({ terms = [] }) => ({ terms: [...terms, ...terms] }))).toBe("list-duplicate");
  });

  it("has no room for endless or invisible text", () => {
    const named = (name: string) => afterLine({ name: name });
    expect(named("ö".repeat(100))).toBe("fine");
    expect(named("ö".repeat(101))).toBe("body-shape");
    expect(named("")).toBe("body-shape");
    expect(named("a\u001b[2Jb")).toBe("body-shape");
    expect(named("a\nb")).toBe("body-shape");
    expect(after("intent", () => ({ note: "a\nb" }))).toBe("fine");
    expect(after("intent", () => ({ note: "a\rb" }))).toBe("body-shape");
  });

  it("names categories and places by paths", () => {
    const category = (path: string) => afterLine({ category: path });
    for (const path of ["uncategorized", "shopify/aa/1/13/8", "unspsc/53/11"])
      expect(category(path), path).toBe("fine");
    for (const path of ["", "/a", "a/", "a//b", "A/b", "a b", "ä/b", `a${"/1".repeat(16)}`]) {
      expect(category(path), path).toBe("body-shape");
    }
  });

  it("carries extensions under reversed domain names only", () => {
    expect(after("intent", () => ({ ext: [["gift", 1]] }))).toBe("body-shape");
    expect(after("intent", () => ({ ext: [["org.example.gift", filled(3, 1)]] }))).toBe("fine");
  });

  it("carries any value of the wire profile in an extension, and no other", () => {
    const extension = (value: unknown) => after("intent", () => ({ ext: [["org.example.gift", value]] }));
    for (const value of [0, -1, "", true, filled(0, 0), [], {}, [[1, "a"], { b: [filled(1, 1)], c: {} }]]) {
      expect(extension(value)).toBe("fine");
    }
    for (const value of [1.5, 2 ** 53, Number.NaN, null, undefined, 1n, new Date(0), new Map()]) {
      for (const at of [value, [value], { a: value }, [{ a: [value] }]])
        expect(extension(at)).toBe("body-shape");
    }
  });
});

describe("an offer", () => {
  /** The verdict on the sample offer with some fields of its first line replaced. */
  const afterLine = (patch: object) =>
    after("offer", ({ lines: [first, ...rest] }) => ({ lines: [{ ...first, ...patch }, ...rest] }));

  it("has lines that add up to its goods", () => {
    expect(afterLine({ price: 18_901 })).toBe("line-sum");
  });

  it("has a breakdown that adds up to its total", () => {
    expect(after("offer", (body) => ({ total: body.total + 1 }))).toBe("breakdown-sum");
    expect(after("offer", (body) => ({ breakdown: { ...body.breakdown, discount: 501 } }))).toBe(
      "breakdown-sum",
    );
  });

  it("answers a line once, or in distinct parts", () => {
    const lines = (...places: { line: number; part?: number }[]) =>
      after("offer", () => ({
        lines: places.map((place) => ({
          name: "x",
          quantity: { value: 1, unit: "C62" },
          price: 0,
          ...place,
        })),
        breakdown: { goods: 0 },
        total: 0,
      }));
    expect(lines({ line: 0 }, { line: 0 })).toBe("line-twice");
    expect(lines({ line: 0, part: 2 }, { line: 0, part: 2 })).toBe("line-twice");
    expect(lines({ line: 0, part: 1 }, { line: 0, part: 2 }, { line: 1 })).toBe("fine");
  });

  it("accepts no terms twice and checks its GTINs", () => {
    expect(after("offer", ({ terms = [] }) => ({ terms: [...terms, ...terms] }))).toBe("list-duplicate");
    expect(afterLine({ gtin: "96385075" })).toBe("gtin-check-digit");
  });
});

describe("a counter", () => {
  it("asks for something", () => {
    const { note: _, ...silent } = sampleBodies().counter;
    const asks = (change: object, note?: string) =>
      codeOf("counter", { ...silent, change, ...(note !== undefined && { note }) });
    expect(asks({})).toBe("counter-empty");
    expect(asks({}, "Anything cheaper?")).toBe("fine");
    expect(asks({ total: 1 })).toBe("fine");
  });
});

describe("a profile", () => {
  it("lists each thing once", () => {
    for (const field of ["domains", "categories", "areas", "languages", "payment", "capabilities"] as const) {
      expect(
        after("profile", (body) => ({ [field]: [...(body[field] ?? []), ...(body[field] ?? [])] })),
        field,
      ).toBe("list-duplicate");
    }
  });

  it("names domains in lower case", () => {
    for (const domain of ["Cradle.example", "cradle", "-a.example", "a..example", "a.example."]) {
      expect(
        after("profile", () => ({ domains: [domain] })),
        domain,
      ).toBe("body-shape");
    }
  });
});
