/** @file Text of fields with a delimiter between them (RFC 4180): quoted or not, lines that end in LF, CRLF or CR, with or without a mark of UTF-8. */
import { isUtf8 } from "node:buffer";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";

export interface DelimitedRecord {
  /** In which it begins, from 1. */
  readonly line: number;
  /** Blanks around a field that is not quoted are no part of it. */
  readonly fields: readonly string[];
}

/** `E_LIST`: what is wrong with the list that is called `name`. */
export function listError(name: string, reason: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(name)}: ${reason}`, { code: "E_LIST", kind: "usage", hint });
}

/** The text of a list, without a mark at its start. Throws `E_LIST` for what is not UTF-8, with the line. */
export function listText(name: string, bytes: Uint8Array): string {
  const again = "save it again as UTF-8";
  const start = bytes[0]! * 256 + bytes[1]!;
  if (start === 0xfeff || start === 0xfffe) throw listError(name, "got UTF-16, expected UTF-8", again);
  const text = Buffer.from(bytes);
  if (!isUtf8(text)) {
    let line = 1;
    for (let at = 0; at < text.length; line++) {
      const end = text.indexOf(10, at);
      const next = end < 0 ? text.length : end + 1;
      if (!isUtf8(text.subarray(at, next))) break;
      at = next;
    }
    throw listError(name, `line ${line}: got bytes that are no text in UTF-8`, again);
  }
  if (text.includes(0))
    throw listError(name, "got a zero byte, expected text", "give a list of files and labels as text");
  return text.toString("utf8").replace(/^\ufeff/, "");
}

/** The records of `text`, without empty lines. Throws `E_LIST` for quotes that do not pair, with the line. */
export function* delimitedRecords(name: string, text: string, delimiter: string): Generator<DelimitedRecord> {
  const quotes = "a quote within quotes is written twice; a field with quotes begins and ends with one";
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const fields: string[] = [];
    const first = line;
    for (let isOver = false; !isOver; ) {
      const [, blanks] = /([^\S\r\n\t]*)/y.exec(text.slice(at, at + 64))!;
      if (text[at + blanks!.length] === '"') {
        let end = at + blanks!.length + 1;
        for (; ; end += 2) {
          end = text.indexOf('"', end);
          if (end < 0) throw listError(name, `line ${line}: a quote is not closed`, quotes);
          if (text[end + 1] !== '"') break;
        }
        const value = text.slice(at + blanks!.length + 1, end);
        line += value.match(/\r\n|[\r\n]/g)?.length ?? 0;
        fields.push(value.replaceAll('""', '"'));
        at = end + 1;
        while (text[at] === " ") at++;
        if (at < text.length && ![delimiter, "\r", "\n"].includes(text[at]!)) {
          throw listError(name, `line ${line}: text after a quote that closes a field`, quotes);
        }
      } else {
        const end = endOfField(text, at, delimiter);
        fields.push(text.slice(at, end).trim());
        at = end;
      }
      isOver = text[at] !== delimiter;
      if (!isOver) at++;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    if (at < text.length) at++;
    line++;
    if (fields.length > 1 || fields[0] !== "") yield { line: first, fields };
  }
}

function endOfField(text: string, from: number, delimiter: string): number {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end++;
  return end;
}
