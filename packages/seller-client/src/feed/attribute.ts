/** What feeds say of an item's nature, made attributes: texts, whole numbers, measures with their unit. */
import type { Attribute } from "../catalogue/catalogue.ts";
import { oneLine, tokenOf } from "./text.ts";

export const textAttribute = (attribute: string, text: string | undefined): Attribute[] => {
  const value = oneLine(text, 200);
  return value === undefined ? [] : [{ attribute, value }];
};

/** An attribute by a name that people read; digits alone are a number. */
export function optionAttribute(name: string | undefined, text: string | undefined): Attribute[] {
  const attribute = tokenOf(name ?? "");
  const value = oneLine(text, 200);
  if (attribute === undefined || value === undefined) return [];
  return [{ attribute, value: /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value }];
}

/** "12.5" kilograms: the digits, and the power of ten that they are scaled by. */
export function scaled(text: string): { value: number; scale?: number } | undefined {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  const value = Number(`${match[1]}${fraction}`);
  if (!Number.isSafeInteger(value) || fraction.length > 9) return undefined;
  return { value, ...(fraction !== "" && { scale: fraction.length }) };
}

/** UN/CEFACT Rec 20 common codes of the units that feeds write as words. */
const unitCodes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MGM: "mg",
    GRM: "g gr gram grams",
    KGM: "kg kgs kilogram kilograms",
    ONZ: "oz ounce ounces",
    LBR: "lb lbs pound pounds",
    MMT: "mm",
    CMT: "cm",
    MTR: "m",
    INH: 'in inch inches "',
    FOT: "ft foot feet",
    YRD: "yd yard yards",
    MLT: "ml",
    CLT: "cl",
    LTR: "l liter liters litre litres",
    WTT: "w watt watts",
    KWT: "kw",
    VLT: "v volt volts",
    WHR: "wh",
    KWH: "kwh",
    HTZ: "hz",
  }).flatMap(([code, names]) => names.split(" ").map((name) => [name, code] as const)),
);

export const unitOf = (text: string | undefined): string | undefined =>
  unitCodes.get((text ?? "").trim().toLowerCase());

/** "12.5 kg", or "12,5" where the unit is known from elsewhere. Nothing where the unit or the number is not known. */
export function measure(attribute: string, text: string | undefined, unitName?: string): Attribute[] {
  const match = /^(\d{1,12})(?:[.,](\d{1,12}))?\s*(\D{0,12})$/.exec(text?.trim() ?? "");
  const unit = unitOf(match?.[3] === "" ? unitName : match?.[3]);
  const number = match === null ? undefined : scaled(`${match[1]}.${match[2] ?? "0"}`);
  return unit === undefined || number === undefined || number.value === 0
    ? []
    : [{ attribute, ...number, unit }];
}
