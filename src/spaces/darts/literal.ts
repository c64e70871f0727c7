/**
 * @file Reads the few literals that genotypes are written in, from JSON and from Python alike: strings, integers, lists, tuples,
 * objects, `range(first, end)` and `Genotype(key=value, ...)`. Own reader rather than `JSON.parse`, so that both forms
 * share one and every error names its line and column.
 */
import { genotypeError } from "./genotype.ts";

/** The value of `text`, which may stand behind an assignment `NAME =`. Throws `E_GENOTYPE_SYNTAX` with the position. */
export function parseLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  reader.skipAssignment();
  const value = reader.value();
  reader.end();
  return value;
}

const NAME = /[A-Za-z_]\w*/y;
const ASSIGNMENT = /[A-Za-z_][\w.]*\s*=/y;
const INTEGER = /-?\d+/y;
const BLANK = /(?:\s|#[^\n]*)*/y;
/** Two cells of as many nodes as there may be take 100,000. */
const LONGEST_TEXT = 2 ** 20;
const LONGEST_RANGE = 64;
const DEEPEST_NESTING = 8;

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.length > LONGEST_TEXT) this.#fail(`at most ${LONGEST_TEXT} characters`);
    this.#match(BLANK);
  }

  skipAssignment(): void {
    this.#match(ASSIGNMENT);
  }

  value(): unknown {
    const next = this.#text[this.#at];
    if (next === "[") return this.#items("[", "]");
    if (next === "(") return this.#items("(", ")");
    if (next === "{") return this.#pairs("{", "}", ":", () => this.#string());
    if (next === '"' || next === "'") return this.#string();
    const integer = this.#match(INTEGER);
    // There is no minus zero among integers.
    if (integer !== undefined) return Number(integer) + 0;
    const start = this.#at;
    const name = this.#match(NAME);
    if (name === "range") return this.#range(start);
    if (name === "Genotype")
      return this.#pairs("(", ")", "=", () => this.#match(NAME) ?? this.#fail("a key such as normal="));
    this.#at = start;
    return this.#fail("a genotype, a list, a string or an integer");
  }

  end(): void {
    if (this.#at < this.#text.length) this.#fail("nothing more");
  }

  /** Elements between brackets, separated by commas; one comma may trail. */
  #sequence(open: string, close: string, element: () => void): void {
    if (this.#depth === DEEPEST_NESTING) this.#fail(`at most ${DEEPEST_NESTING} brackets inside each other`);
    this.#expect(open);
    this.#depth++;
    while (!this.#take(close)) {
      element();
      if (this.#take(",")) continue;
      if (this.#take(close)) break;
      this.#fail(`"," or "${close}"`);
    }
    this.#depth--;
  }

  #items(open: string, close: string): unknown[] {
    const items: unknown[] = [];
    this.#sequence(open, close, () => items.push(this.value()));
    return items;
  }

  #pairs(open: string, close: string, separator: string, key: () => string): Record<string, unknown> {
    const pairs = new Map<string, unknown>();
    this.#sequence(open, close, () => {
      const start = this.#at;
      const name = key();
      if (pairs.has(name)) {
        this.#at = start;
        this.#fail(`${name} only once`);
      }
      this.#expect(separator);
      pairs.set(name, this.value());
    });
    return Object.fromEntries(pairs);
  }

  #string(): string {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") this.#fail("a string");
    const end = this.#text.indexOf(quote!, this.#at + 1);
    const content = this.#text.slice(this.#at + 1, end);
    if (end < 0 || content.includes("\n") || content.includes("\\"))
      this.#fail("a string on one line, without escapes");
    this.#at = end + 1;
    this.#match(BLANK);
    return content;
  }

  #range(start: number): number[] {
    const bounds = this.#items("(", ")");
    const [first, end] = bounds.length === 1 ? [0, bounds[0]] : bounds;
    if (typeof first !== "number" || typeof end !== "number" || bounds.length > 2 || end - first > LONGEST_RANGE) {
      this.#at = start;
      this.#fail(`range(first, end) of at most ${LONGEST_RANGE} integers`);
    }
    return Array.from({ length: Math.max(0, (end as number) - (first as number)) }, (_, i) => (first as number) + i);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    if (pattern !== BLANK) this.#match(BLANK);
    return found;
  }

  #take(symbol: string): boolean {
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    this.#match(BLANK);
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) this.#fail(`"${symbol}"`);
  }

  #fail(expected: string): never {
    const before = this.#text.slice(0, this.#at).split("\n");
    const got = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : "the end of the text";
    throw genotypeError(
      "E_GENOTYPE_SYNTAX",
      `line ${before.length}, column ${before.at(-1)!.length + 1}: got ${got}, expected ${expected}`,
      "write the JSON form or the DARTS form Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), ...)",
    );
  }
}
