/**
 * Checks values by schemas. Nearly every value that arrives keeps its schema, and even then the library builds much that
 * nobody looks at: so a schema is first asked as a plain predicate, and the library only about what that does not accept.
 */
import * as z from "zod/mini";
import { err, ok, type Result } from "./result.ts";

/** True: the schema accepts the value, and as it is. False: the library may still accept it. */
type Holds = (value: unknown) => boolean;

const predicates = new WeakMap<z.core.$ZodType, Holds>();

function knownPredicate(schema: z.core.$ZodType): Holds {
  const known = predicates.get(schema);
  if (known !== undefined) return known;
  const holds = predicateOf(schema);
  predicates.set(schema, holds);
  return holds;
}

/** The value as the schema's type. It may be the value itself, and share its parts, or a copy. */
export function check<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
): Result<z.infer<S>, z.core.$ZodError> {
  if (knownPredicate(schema)(value)) return ok(value as z.infer<S>);
  const parsed = z.safeParse(schema, value);
  return parsed.success ? ok(parsed.data) : err(parsed.error);
}

/** The schema as a predicate. Types and checks that it does not know, it leaves to the library. */
export function predicateOf(schema: z.core.$ZodType): Holds {
  const holds = [ofType(schema as z.core.$ZodTypes), ...(schema._zod.def.checks ?? []).map(ofCheck)];
  return everyOne(holds);
}

function ofType(schema: z.core.$ZodTypes): Holds {
  const { def } = schema._zod;
  switch (def.type) {
    case "object":
      return def.catchall?._zod.def.type === "never" ? isRecord(def.shape) : unknown;
    case "array":
      return isList(predicateOf(def.element));
    case "tuple":
      return def.rest === null ? isTuple(def.items.map(predicateOf)) : unknown;
    case "union":
      return anyOne(def.options.map(predicateOf));
    case "pipe":
      return everyOne([predicateOf(def.in), predicateOf(def.out)]);
    case "optional":
      return predicateOf(def.innerType);
    case "enum":
    case "literal": {
      const { values } = schema._zod;
      return (value) => values?.has(value as string) ?? false;
    }
    case "custom":
      return (value) => Boolean(def.fn(value));
    case "number":
      return "format" in def && def.format === "safeint" ? Number.isSafeInteger : unknown;
    case "string":
      return "format" in def ? unknown : isString;
    case "boolean":
      return (value) => typeof value === "boolean";
    default:
      return unknown;
  }
}

/** What a value of the right type must be besides. */
function ofCheck(check: z.core.$ZodCheck<never>): Holds {
  const { def } = check._zod as (z.core.$ZodChecks | z.core.$ZodCustom)["_zod"];
  switch (def.check) {
    case "less_than": {
      const most = Number(def.value);
      return (value) => (def.inclusive ? (value as number) <= most : (value as number) < most);
    }
    case "greater_than": {
      const least = Number(def.value);
      return (value) => (def.inclusive ? (value as number) >= least : (value as number) > least);
    }
    case "min_length":
      return (value) => (value as string).length >= def.minimum;
    case "max_length":
      return (value) => (value as string).length <= def.maximum;
    case "string_format": {
      const { pattern } = def;
      return pattern === undefined ? unknown : (value) => pattern.test(value as string);
    }
    case "custom":
      return (value) => Boolean(def.fn(value));
    case "number_format":
      return def.format === "safeint" ? Number.isSafeInteger : unknown;
    default:
      return unknown;
  }
}

const unknown: Holds = () => false;
const isString: Holds = (value) => typeof value === "string";

function everyOne(predicates: readonly Holds[]): Holds {
  const [first = unknown, second, ...rest] = predicates;
  if (second === undefined) return first;
  const others = everyOne([second, ...rest]);
  return (value) => first(value) && others(value);
}

const anyOne =
  (predicates: readonly Holds[]): Holds =>
  (value) =>
    predicates.some((holds) => holds(value));

const isList =
  (holds: Holds): Holds =>
  (value) =>
    Array.isArray(value) && value.every(holds);

const isTuple =
  (items: readonly Holds[]): Holds =>
  (value) =>
    Array.isArray(value) && value.length === items.length && items.every((holds, i) => holds(value[i]));

/** How many fields a plain object has: to list them would be garbage. */
function countKeys(value: object): number {
  let count = 0;
  for (const _ in value) count += 1;
  return count;
}

/** A plain object with every field that must be there, and none that is not named. */
function isRecord(shape: z.core.$ZodShape): Holds {
  const fields = Object.entries(shape).map(([key, field]) => ({
    key,
    holds: predicateOf(field),
    mayBeAbsent: field._zod.def.type === "optional",
  }));
  return (value) => {
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
      return false;
    }
    let present = 0;
    for (const { key, holds, mayBeAbsent } of fields) {
      const field = (value as Record<string, unknown>)[key];
      if (field === undefined && mayBeAbsent) continue;
      if (!holds(field)) return false;
      present += 1;
    }
    return present === countKeys(value);
  };
}
