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
  toHex,
  wordsIn,
} from "@intentcast/protocol";

type Value = string | number | boolean;

const ofAuthor = (key: Uint8Array): string => `k/${toHex(key)}`;
const ofMailbox = (key: Uint8Array): string => `m/${toHex(key)}`;
const ofCategory = (path: string): string => `c/${path}`;
const ofPlace = (path: string): string => `p/${path}`;
const ofWord = (word: string): string => `w/${word}`;
const ofValue = (attribute: string, value: Value): string => `a/${attribute}/${typeof value}/${value}`;

/** Calls with a path and with all that it lies under: `a/b/c`, `a/b`, `a`. */
function eachAncestor(path: string, tell: (path: string) => void): void {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) tell(path.slice(0, end));
}

/** All the marks of a message, each once. */
export function marksOf(message: Message): ReadonlySet<string> {
  if (message.kind === "sealed") return new Set([ofMailbox(message.to)]);
  const marks = new Set([ofAuthor(message.author)]);
  for (const path of categoriesOf(message)) eachAncestor(path, (one) => marks.add(ofCategory(one)));
  for (const path of placesOf(message)) eachAncestor(path, (one) => marks.add(ofPlace(one)));
  for (const word of wordsIn(message)) marks.add(ofWord(word));
  for (const { attribute, values } of demandsOf(message)) {
    for (const value of values) marks.add(ofValue(attribute, value));
  }
  return marks;
}

/**
 * Lists of marks, of each of which a message must have one: exactly those that have are what the filter's authors,
 * mailboxes, categories, places, words and attributes let through.
 */
export function marksWanted(filter: Filter): readonly string[][] {
  const { authors, mailboxes, categories, places, words, attributes = [] } = filter;
  const lists = [
    authors?.map(ofAuthor),
    mailboxes?.map(ofMailbox),
    categories?.map(ofCategory),
    places?.map(ofPlace),
    ...(words?.all ?? []).map((word) => [ofWord(foldText(word))]),
    words?.any?.map((word) => ofWord(foldText(word))),
    ...attributes.map(({ attribute, values }) => values.map((value) => ofValue(attribute, value))),
  ];
  return lists.filter((list) => list !== undefined);
}
