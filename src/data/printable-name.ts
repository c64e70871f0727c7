/** @file Names of files for reports and terminals: on one line, without anything that a terminal would obey. */
import { isEscape } from "./file-name.ts";

/** Control characters, separators of lines, and marks that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * `name` with what cannot be printed written as `\n`, `\t`, `\x1b` or `\u202e`, bytes that are no UTF-8 as `\xe9`, and a backslash
 * as `\\`: different names stay different.
 */
export function printableName(name: string): string {
  return escapeControls(name.replaceAll("\\", "\\\\"));
}

/** As `printableName`, but backslashes stay: for text that holds names already made printable. */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const unit = character.codePointAt(0)!;
    const byte = isEscape(unit) ? unit & 0xff : unit;
    if (byte > 0xff) return `\\u${byte.toString(16).padStart(4, "0")}`;
    return SHORT[character] ?? `\\x${byte.toString(16).padStart(2, "0")}`;
  });
}
