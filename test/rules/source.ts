/** A file of the repository as the rules see it, and TypeScript text taken apart into code, strings and comments. */

export type File = { readonly path: string; readonly text: string };

/** What breaks a rule, for people: the place first. */
export type Breach = string;

/** A rule over one file at a time. */
export type Rule = (file: File) => readonly Breach[];

/** Of the same length as the text, so that offsets agree: all but its own part is blank. Line feeds always stay. */
export type Parts = {
  /** Neither comments nor the insides of strings, templates and regular expressions; their quotes stay. */
  readonly code: string;
  readonly comments: string;
};

/** After one of these, or one of these words, a slash begins a regular expression and does not divide. */
const beforeExpression = /(?:^|[([{,;:=!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|await|yield))$/;

/** Takes TypeScript text apart. It knows as much of the grammar as telling code from text takes, and no more. */
export function partsOf(text: string): Parts {
  const code: string[] = [];
  const comments: string[] = [];
  let written = "";
  let at = 0;

  const blank = (from: string) => from.replace(/[^\n]/g, " ");
  const take = (length: number, into: "code" | "comments" | "neither") => {
    const part = text.slice(at, at + length);
    code.push(into === "code" ? part : blank(part));
    comments.push(into === "comments" ? part : blank(part));
    if (into !== "comments" && part.trim() !== "") written = part.trimEnd();
    at += length;
  };
  const lengthUntil = (end: string, from: number) => {
    const found = text.indexOf(end, from);
    return found === -1 ? text.length - at : found - at;
  };
  /** A string or a regular expression, from its opening mark to the same unescaped mark. */
  const takeQuoted = (whole: RegExp) => {
    whole.lastIndex = at;
    const length = whole.exec(text)?.[0].length ?? 1;
    take(1, "code");
    if (length > 2) take(length - 2, "neither");
    if (length > 1) take(1, "code");
  };

  /** Code until the text ends, or until the brace that closes a template's `${`. */
  const takeCode = (inTemplate: boolean) => {
    let depth = 0;
    while (at < text.length) {
      const two = text.slice(at, at + 2);
      const one = two[0] as string;
      if (two === "//") take(lengthUntil("\n", at), "comments");
      else if (two === "/*") take(lengthUntil("*/", at + 2) + 2, "comments");
      else if (one === '"' || one === "'")
        takeQuoted(one === '"' ? /"(?:\\.|[^"\\\n])*"/y : /'(?:\\.|[^'\\\n])*'/y);
      else if (one === "`") takeTemplate();
      else if (one === "/" && beforeExpression.test(written))
        takeQuoted(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//y);
      else {
        if (one === "{") depth += 1;
        if (one === "}" && inTemplate && depth === 0) return;
        if (one === "}") depth -= 1;
        take(/^[\w$]+/.exec(text.slice(at, at + 80))?.[0].length ?? 1, "code");
      }
    }
  };
  const takeTemplate = () => {
    take(1, "code");
    while (at < text.length && text[at] !== "`") {
      if (text[at] === "\\") take(2, "neither");
      else if (text.startsWith("${", at)) {
        take(2, "code");
        takeCode(true);
        take(1, "code");
      } else take(1, "neither");
    }
    take(1, "code");
  };

  takeCode(false);
  return { code: code.join(""), comments: comments.join("") };
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** A breach for every place in the file's code (or its comments) that a pattern finds. */
export const eachPlace = (file: File, where: keyof Parts, pattern: RegExp, says: string): Breach[] =>
  [...partsOf(file.text)[where].matchAll(pattern)].map(
    (found) => `${file.path}:${lineAt(file.text, found.index)}: ${says} (${found[0].trim()})`,
  );

export type Import = { readonly specifier: string; readonly typeOnly: boolean };

/** Every module that the text names: imports, re-exports, `import()`. */
export function importsOf(text: string): readonly Import[] {
  const { code } = partsOf(text);
  const clause = /^[ \t]*(?:import|export)\b(?: *(type)\b)?([\w$*{},\s]*?\bfrom\b)?\s*(["'])( *)\3/gm;
  const call = /\bimport\(\s*(["'])( *)\1/g;
  const inside = (found: RegExpMatchArray, length: number) => {
    const end = (found.index as number) + found[0].length - 1;
    return text.slice(end - length, end);
  };
  const onlyTypes = (names: string | undefined) => {
    const listed = names
      ?.match(/\{([^}]*)\}/)?.[1]
      ?.split(",")
      .filter((name) => name.trim() !== "");
    return listed?.every((name) => /^\s*type\s/.test(name)) ?? false;
  };
  return [
    ...[...code.matchAll(clause)].map((found) => ({
      specifier: inside(found, (found[4] as string).length),
      typeOnly: found[1] === "type" || onlyTypes(found[2]),
    })),
    ...[...code.matchAll(call)].map((found) => ({
      specifier: inside(found, (found[2] as string).length),
      typeOnly: false,
    })),
  ];
}
