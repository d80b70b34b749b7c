/**
 * Marks: the texts under which a stored message can be looked up. An intent or a profile has one for each category and
 * place that it lies under, each word that it says and each value that it demands; no other message has any.
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

type Value = string | number | boolean;

const ofCategory = (path: string): string => `c/${path}`;
const ofPlace = (path: string): string => `p/${path}`;
const ofWord = (word: string): string => `w/${word}`;
const ofValue = (attribute: string, value: Value): string => `a/${attribute}/${typeof value}/${value}`;

/** A path and all that it lies under: `a/b/c`, `a/b`, `a`. */
function withAncestors(path: string): string[] {
  const paths = [path];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    paths.push(path.slice(0, end));
  }
  return paths;
}

/** All the marks of a message, each once. */
export function marksOf(message: Message): readonly string[] {
  const marks = [
    ...categoriesOf(message).flatMap(withAncestors).map(ofCategory),
    ...placesOf(message).flatMap(withAncestors).map(ofPlace),
    ...wordsIn(message).map(ofWord),
    ...demandsOf(message).flatMap(({ attribute, values }) =>
      values.map((value) => ofValue(attribute, value)),
    ),
  ];
  return [...new Set(marks)];
}

/**
 * Lists of marks, of each of which a message must have one: exactly those that have are what the filter's categories,
 * places, words and attributes let through.
 */
export function marksWanted({ categories, places, words, attributes = [] }: Filter): readonly string[][] {
  const lists = [
    categories?.map(ofCategory),
    places?.map(ofPlace),
    ...(words?.all ?? []).map((word) => [ofWord(foldText(word))]),
    words?.any?.map((word) => ofWord(foldText(word))),
    ...attributes.map(({ attribute, values }) => values.map((value) => ofValue(attribute, value))),
  ];
  return lists.filter((list) => list !== undefined);
}
