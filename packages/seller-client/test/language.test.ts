import { describe, expect, test } from "vitest";
import { answerIntent, type Catalogue } from "../src/index.ts";
import { cast, line, now } from "./wish.ts";

const shop = (languages: readonly string[] | undefined, ...names: string[]): Catalogue => ({
  currency: "EUR",
  items: names.map((name) => ({ sku: name, name, price: 1_000 })),
  ...(languages && { languages }),
});

const found = (name: string, catalogue: Catalogue, languages?: string[]): string | undefined => {
  const intent = cast({ want: [line({ name })], ...(languages && { languages }) });
  const answer = answerIntent(intent, catalogue, now);
  return answer.ok ? answer.value.lines[0]?.name : undefined;
};

describe("words are compared in the shop's language", () => {
  test.each([
    ["de", "ein rotes Fahrrad für Kinder", "Rote Kinder-Fahrräder"],
    ["de", "zwei Töpfe aus Ton", "2 Topf, Ton"],
    ["fr", "une poussette légère", "Poussettes légères"],
    ["fr", "une lampe en bois", "Lampe de chevet en bois"],
    ["es", "una silla de jardín", "Sillas para jardín"],
    ["it", "due sedie da giardino", "2 sedia giardino"],
    ["pt-BR", "uma mesa de madeira", "Mesas em madeira"],
    ["nl", "een stoel voor kinderen", "Kinderen stoelen"],
    ["sv", "en stol av trä", "Stolar, trä"],
    ["da", "to stole af træ", "2 stol, træ"],
    ["nb", "en stol av tre", "Stoler i tre"],
    ["fi", "punaiset tuolit", "Punaisen tuoli"],
    ["ru", "красные велосипеды", "Красный велосипед"],
  ])("%s: %s finds %s", (language, name, item) => {
    expect(found(name, shop([language], item))).toBe(item);
  });

  test.each([
    ["de", "Fahrrad", "Schloss für Fahrrad"],
    ["fr", "vélo", "Antivol pour vélo"],
    ["es", "bicicleta", "Candado para bicicleta"],
    ["it", "bicicletta", "Lucchetto per bicicletta"],
  ])("%s: %s does not find %s, which is another thing", (language, name, item) => {
    expect(found(name, shop([language], item))).toBeUndefined();
  });

  test("English is the language of a shop that says none", () => {
    expect(found("chairs", shop(undefined, "Chair"), ["de"])).toBe("Chair");
  });

  test("of a shop's languages the buyer's counts", () => {
    const both = shop(["de", "en-GB"], "Garden Chair");
    expect(found("chairs for the garden", both, ["fr", "en"])).toBe("Garden Chair");
    expect(found("chairs for the garden", both, ["de"])).toBeUndefined();
  });

  test("words of an unknown language are compared as they stand", () => {
    expect(found("kreslo", shop(["cs"], "Kreslo"))).toBe("Kreslo");
    expect(found("kresla", shop(["cs"], "Kreslo"))).toBeUndefined();
  });
});
