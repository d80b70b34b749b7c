/**
 * Marks: the texts under which a stored message can be looked up. A sealed message has one for its mailbox. Any other has
 * one for its author, each category and place that it lies under, each word that it says and each value that it demands.
 */
import {
  categoriesOf,
  demandsOf,
  type Filter,
  foldText,
  type Message,
  placesOf,
  wordsIn,
} from "@intentcast/protocol";
import { keyText } from "./key-text.ts";

type Value = string | number | boolean;

/** How the marks of each sort begin. */
const author = "k/";
const mailbox = "m/";
const category = "c/";
const place = "p/";
const word = "w/";
const value = (attribute: string, one: Value): string => `a/${attribute}/${typeof one}/`;

/** Is told a mark: how it begins, and the text of which the first `end` characters follow. */
export type TellMark = (beginning: string, text: string, end: number) => void;

/** Tells of a path and of all that it lies under: `a/b/c`, `a/b`, `a`. */
function tellPath(beginning: string, path: string, tell: TellMark): void {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) tell(beginning, path, end);
}

/** Tells all the marks of a message, some of them more than once. */
export function tellMarks(message: Message, tell: TellMark): void {
  const tellWhole = (beginning: string, text: string): void => tell(beginning, text, text.length);
  if (message.kind === "sealed") {
    tellWhole(mailbox, keyText(message.to));
    return;
  }
  tellWhole(author, keyText(message.author));
  for (const path of categoriesOf(message)) tellPath(category, path, tell);
  for (const path of placesOf(message)) tellPath(place, path, tell);
  for (const one of wordsIn(message)) tellWhole(word, one);
  for (const { attribute, values } of demandsOf(message)) {
    for (const one of values) tellWhole(value(attribute, one), String(one));
  }
}

/** All the marks of a message. */
export function marksOf(message: Message): ReadonlySet<string> {
  const marks = new Set<string>();
  tellMarks(message, (beginning, text, end) => marks.add(beginning + text.slice(0, end)));
  return marks;
}

/**
 * Lists of marks, of each of which a message must have one: exactly those that have are what the filter's authors,
 * mailboxes, categories, places, words and attributes let through.
 */
export function marksWanted(filter: Filter): readonly string[][] {
  const { authors, mailboxes, categories, places, words, attributes = [] } = filter;
  const lists = [
    authors?.map((key) => author + keyText(key)),
    mailboxes?.map((key) => mailbox + keyText(key)),
    categories?.map((path) => category + path),
    places?.map((path) => place + path),
    ...(words?.all ?? []).map((one) => [word + foldText(one)]),
    words?.any?.map((one) => word + foldText(one)),
    ...attributes.map(({ attribute, values }) => values.map((one) => `${value(attribute, one)}${one}`)),
  ];
  return lists.filter((list) => list !== undefined);
}
