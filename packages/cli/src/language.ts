/** Languages as flags name them: by their tags of BCP 47. */
import { field } from "@intentcast/protocol";
import { InvalidArgumentError } from "commander";

export function parseLanguage(tag: string): string {
  if (field.language.safeParse(tag).success) return tag;
  throw new InvalidArgumentError("a language is a tag of BCP 47 such as en, de or pt-BR.");
}
