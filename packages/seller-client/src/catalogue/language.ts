/** What it takes to compare words in a language: stems, words that say nothing, and where a phrase names its thing. */
import { stemmer as danish } from "@orama/stemmers/danish";
import { stemmer as dutch } from "@orama/stemmers/dutch";
import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as finnish } from "@orama/stemmers/finnish";
import { stemmer as french } from "@orama/stemmers/french";
import { stemmer as german } from "@orama/stemmers/german";
import { stemmer as hungarian } from "@orama/stemmers/hungarian";
import { stemmer as italian } from "@orama/stemmers/italian";
import { stemmer as norwegian } from "@orama/stemmers/norwegian";
import { stemmer as portuguese } from "@orama/stemmers/portuguese";
import { stemmer as romanian } from "@orama/stemmers/romanian";
import { stemmer as russian } from "@orama/stemmers/russian";
import { stemmer as spanish } from "@orama/stemmers/spanish";
import { stemmer as swedish } from "@orama/stemmers/swedish";
import { stemmer as turkish } from "@orama/stemmers/turkish";
import { stopwords as danishStops } from "@orama/stopwords/danish";
import { stopwords as dutchStops } from "@orama/stopwords/dutch";
import { stopwords as finnishStops } from "@orama/stopwords/finnish";
import { stopwords as frenchStops } from "@orama/stopwords/french";
import { stopwords as germanStops } from "@orama/stopwords/german";
import { stopwords as hungarianStops } from "@orama/stopwords/hungarian";
import { stopwords as italianStops } from "@orama/stopwords/italian";
import { stopwords as norwegianStops } from "@orama/stopwords/norwegian";
import { stopwords as portugueseStops } from "@orama/stopwords/portuguese";
import { stopwords as romanianStops } from "@orama/stopwords/romanian";
import { stopwords as russianStops } from "@orama/stopwords/russian";
import { stopwords as spanishStops } from "@orama/stopwords/spanish";
import { stopwords as swedishStops } from "@orama/stopwords/swedish";
import { stopwords as turkishStops } from "@orama/stopwords/turkish";

export type Language = {
  /** The stem of a word in lower case, without accents; a number in words becomes its digits. */
  readonly stem: (word: string) => string;
  /** Words that say nothing of what a thing is. */
  readonly stopWords: ReadonlySet<string>;
  /** How phrases are built; absent where nothing is known of it, and then any word may name the thing. */
  readonly phrase?: Phrase;
};

type Phrase = {
  /** Behind one of these comes what a thing is for or has, and no longer the thing. */
  readonly turns: ReadonlySet<string>;
  /** Which word of a phrase names the thing; where it is the first, the last is allowed for too: adjectives move. */
  readonly head: "first" | "last";
};

const split = (words: string): string[] => words.split(" ");

/** Without accents and other marks. */
export const bare = (word: string): string => word.normalize("NFKD").replace(/\p{M}/gu, "");

type Source = {
  readonly stemmer: (word: string) => string;
  readonly stops: readonly string[];
  readonly turns?: string;
  readonly head?: Phrase["head"];
  /** From zero on; an article that also counts is left to the stop words. */
  readonly numbers?: string;
};

function make({ stemmer, stops, turns, head = "last", numbers }: Source): Language {
  const digits = new Map(
    split(numbers ?? "").flatMap((word, i): [string, string][] => (word === "" ? [] : [[word, String(i)]])),
  );
  return {
    stem: (word) => digits.get(word) ?? bare(stemmer(word)),
    stopWords: new Set(stops),
    ...(turns !== undefined && { phrase: { turns: new Set(split(turns)), head } }),
  };
}

/** Of what buyers say beside the thing itself, too. */
const englishStops = split(
  "a an the and or of for with without in on at by to from into my our your his her its their some any this that " +
    "i we you it me us is are be as up please want wanted need needed would like looking buy get about",
);

/** By the primary subtag of BCP 47. */
const languages: ReadonlyMap<string, Language> = new Map(
  Object.entries({
    en: make({
      stemmer: (word) => english(bare(word)),
      stops: englishStops,
      turns: "of for with without in on to by from that and or",
      numbers: "zero one two three four five six seven eight nine ten eleven twelve",
    }),
    de: make({
      stemmer: german,
      stops: germanStops,
      turns: "für mit ohne aus von vom zum zur zu in im an am auf bei und oder",
      numbers: "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    }),
    nl: make({
      stemmer: dutch,
      stops: dutchStops,
      turns: "voor met zonder van uit in op aan bij en of",
      numbers: "nul één twee drie vier vijf zes zeven acht negen tien elf twaalf",
    }),
    da: make({
      stemmer: danish,
      stops: danishStops,
      turns: "til med uden af i på for fra og eller",
      numbers: "nul én to tre fire fem seks syv otte ni ti elleve tolv",
    }),
    no: make({
      stemmer: norwegian,
      stops: norwegianStops,
      turns: "til med uten av i på for fra og eller",
      numbers: "null én to tre fire fem seks sju åtte ni ti elleve tolv",
    }),
    sv: make({
      stemmer: swedish,
      stops: swedishStops,
      turns: "för med utan av i på till från och eller",
      numbers: "noll ett två tre fyra fem sex sju åtta nio tio elva tolv",
    }),
    fr: make({
      stemmer: french,
      stops: frenchStops,
      turns: "de d du des pour avec sans en à au aux et ou sur",
      head: "first",
      numbers: "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    }),
    es: make({
      stemmer: spanish,
      stops: spanishStops,
      turns: "de del para con sin en a al y o por",
      head: "first",
      numbers: "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    }),
    it: make({
      stemmer: italian,
      stops: italianStops,
      turns: "di da del della dello dei delle degli per con senza in a al e o su",
      head: "first",
      numbers: "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    }),
    pt: make({
      stemmer: portuguese,
      stops: portugueseStops,
      turns: "de do da dos das para com sem em no na e ou por",
      head: "first",
      numbers: "zero um dois três quatro cinco seis sete oito nove dez onze doze",
    }),
    fi: make({ stemmer: finnish, stops: finnishStops }),
    hu: make({ stemmer: hungarian, stops: hungarianStops }),
    ro: make({ stemmer: romanian, stops: romanianStops }),
    ru: make({ stemmer: russian, stops: russianStops }),
    tr: make({ stemmer: turkish, stops: turkishStops }),
  }),
);

const primary = (tag: string): string => {
  const subtag = tag.toLowerCase().split("-", 1)[0] as string;
  return subtag === "nb" || subtag === "nn" ? "no" : subtag;
};

/** Words of a language that is not known here are compared as they stand. */
const unknown: Language = { stem: bare, stopWords: new Set() };

const languageOf = (tag: string): Language => languages.get(primary(tag)) ?? unknown;

/** The same language for many texts at once: words recur, and their stems are worked out once. */
export function remembering(language: Language): Language {
  const stems = new Map<string, string>();
  return {
    ...language,
    stem(word) {
      const known = stems.get(word);
      if (known !== undefined) return known;
      const stem = language.stem(word);
      stems.set(word, stem);
      return stem;
    },
  };
}

/** Those in which a shop's items are described. */
export const shopLanguages = (tags: readonly string[] = []): Language[] =>
  tags.length === 0 ? [languageOf("en")] : tags.map(languageOf);

/**
 * The language in which a buyer's words are compared with a shop's: the first of the buyer's that the shop speaks, or
 * else the shop's own. Never another, so that a buyer cannot make a shop prepare its items for every language.
 */
export function commonLanguage(
  buyers: readonly string[] = [],
  [shops, ...others]: readonly string[] = [],
): Language {
  const spoken = [shops ?? "en", ...others];
  const common = buyers.find((tag) => spoken.some((one) => primary(one) === primary(tag)));
  return languageOf(common ?? (spoken[0] as string));
}
