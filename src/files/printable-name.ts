/** @file Foreign text, such as names of files and classes, for reports and terminals: on one line, without anything that a terminal would obey. */
import { isEscape } from "./file-name.ts";

/** Control characters, separators of lines, and marks that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `printableText` of a name, with a backslash as `\\`: different names stay different. */
export function printableName(name: string): string {
  return printableText(name.replaceAll("\\", "\\\\"));
}

/**
 * `text` with what cannot be printed written as `\n`, `\t`, `\x1b` or `\u202e`, and bytes that are no UTF-8 as `\xe9`. What is printable
 * already stays as it is.
 */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const unit = character.codePointAt(0)!;
    if (unit < 0x80) return SHORT[character] ?? `\\x${hexadecimal(unit, 2)}`;
    return isEscape(unit) ? `\\x${hexadecimal(unit & 0xff, 2)}` : `\\u${hexadecimal(unit, 4)}`;
  });
}

/** `value` as JSON on one line, in which a terminal finds nothing to obey: `JSON.stringify` lets U+009B and U+202E pass as they are. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => `\\u${hexadecimal(character.codePointAt(0)!, 4)}`);
}

/** Whether all of `name` can be printed, and is UTF-8. */
export function isPrintable(name: string): boolean {
  return name.search(UNPRINTABLE) < 0;
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
