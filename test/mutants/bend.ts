/** Bodies that keep their shape, or nearly so, and break the rules beyond it (page 1): one, or several at a time. */
import type { Dice } from "../fuzz/dice.ts";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** All maps and lists in a body. */
function branches(value: unknown): (Fields | unknown[])[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(branches)];
  return isFields(value) ? [value, ...Object.values(value).flatMap(branches)] : [];
}

function bendList(list: unknown[], dice: Dice): void {
  const [one, other] = [dice.below(list.length), dice.below(list.length)];
  if (dice.chance(0.6)) list.splice(one, 0, structuredClone(list[other]));
  else [list[one], list[other]] = [list[other], list[one]];
}

const values = [5, -5, "green", true, [5, "5"], [5, 6], ["a"], 0];
const curve = (times: readonly number[]) => times.map((at) => ({ at, price: at }));

/** What may stand in a map, by a field that tells which map it is. */
const fieldsBeside: Readonly<Record<string, (dice: Dice) => Fields>> = {
  currency: (dice) =>
    dice.pick<Fields>([
      { max: 1 },
      { firm: 1 },
      { curve: curve([5, 6, 9]) },
      { curve: curve([5, 6, 6]) },
      { curve: curve([7, 5]) },
    ]),
  operator: (dice) =>
    dice.pick<Fields>([
      { must: true },
      { weight: 40 },
      { scale: 2 },
      { unit: "KGM" },
      { operator: dice.pick(["eq", "ne", "lt", "le", "gt", "ge", "in"]) },
      { value: dice.pick(values) },
    ]),
  line: (dice) => ({ [dice.pick(["line", "part"])]: 1 + dice.below(3) }),
  goods: (dice) => ({
    [dice.pick(["delivery", "tax", "fees", "discount"])]: dice.pick([0, 1, 500, 2 ** 53 - 1]),
  }),
  until: (dice) => ({ [dice.pick(["from", "until"])]: dice.pick([0, 1_795_435_200, 2 ** 40]) }),
};

function bendFields(fields: Fields, dice: Dice): void {
  const beside = Object.keys(fieldsBeside).filter((name) => name in fields);
  const [name, value] = dice.pick(Object.entries(fields));
  if (beside.length > 0 && dice.chance(0.5)) Object.assign(fields, fieldsBeside[dice.pick(beside)]?.(dice));
  else if (typeof value === "number") fields[name] = Math.max(0, value + dice.pick([-1, 1, -3600, 3600]));
  else if (name === "gtin" || dice.chance(0.1))
    fields["gtin"] = dice.pick(["4006381333931", "4006381333932", "96385074", "96385073", "036000291452"]);
  else if (dice.chance(0.3)) delete fields[name];
}

export function bend(body: unknown, dice: Dice): unknown {
  const bent = structuredClone(body);
  const count = 1 + dice.below(3);
  for (let i = 0; i < count; i++) {
    const branch = dice.pick(branches(bent).filter((one) => Object.keys(one).length > 0));
    if (Array.isArray(branch)) bendList(branch, dice);
    else bendFields(branch, dice);
  }
  return bent;
}
