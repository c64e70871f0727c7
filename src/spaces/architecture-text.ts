/** @file What the codec of every space does: it says what is wrong with a text, and takes JSON with one key beside a form of its own. */
import { IstaNasError } from "../error.ts";
import { parseJson } from "../files/index.ts";

/** The error of text that is no architecture: `what` such as `got 3 stages`, `expected` such as `4`. */
export type ArchitectureRefusal = (what: string, expected: string) => IstaNasError;

/** Makes the errors of a space's `parse`, `E_ARCHITECTURE`. `form`: what its text looks like, as the hint. */
export function architectureRefusal(form: string): ArchitectureRefusal {
  return (what, expected) =>
    new IstaNasError(`architecture: ${what}, expected ${expected}`, {
      code: "E_ARCHITECTURE",
      kind: "usage",
      hint: form,
    });
}

/**
 * What stands under `key` in a text of the form `{ "KEY": VALUE }`, undefined if nothing does; null for text that is not JSON of an object, which then
 * has the space's own form.
 * @throws what `refuse` makes, for text that begins as JSON and is none
 */
export function readJsonForm(
  text: string,
  key: string,
  refuse: ArchitectureRefusal,
): { readonly value: unknown } | null {
  if (!text.trimStart().startsWith("{")) return null;
  const object = parseJson(text, {
    wrong: (fault) => refuse(`got ${fault.message}`, `an object with the key ${key}`),
  });
  return { value: (object as Readonly<Record<string, unknown>>)[key] };
}

const LONGEST_EXCERPT = 40;

/** Text in quotes, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}...` : text);
}
