/** @file A terminal as people see it: it wraps what is too long, and lays wrapped lines anew when it is resized, as most do. */
interface Row {
  text: string;
  /** Whether it goes on in the next row. */
  wraps: boolean;
}

export class Screen {
  readonly isTTY = true;
  columns: number;
  #rows: Row[] = [{ text: "", wraps: false }];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** What is seen, without empty rows at the end. */
  get shown(): readonly string[] {
    const rows = this.#rows.map(({ text }) => text.trimEnd());
    return rows.slice(0, rows.findLastIndex((text) => text !== "") + 1);
  }

  /** Knows line feeds, carriage returns, one row up (`CSI 1A`) and an empty row (`CSI 2K`). */
  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
    for (const [part] of text.matchAll(/\u001b\[1A|\u001b\[2K|[^\u001b]/gu)) {
      if (part === "\u001b[1A") this.#row = Math.max(0, this.#row - 1);
      else if (part === "\u001b[2K") this.#rows[this.#row] = { text: "", wraps: false };
      else if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#next(false);
      else this.#put(part);
    }
  }

  resize(columns: number): void {
    const lines: string[] = [];
    let isOpen = false;
    for (const { text, wraps } of this.#rows.slice(0, this.#row + 1)) {
      if (isOpen) lines.push(lines.pop()! + text);
      else lines.push(text);
      isOpen = wraps;
    }
    this.columns = columns;
    this.#rows = lines.flatMap((line) => {
      const count = Math.max(1, Math.ceil(line.length / columns));
      return Array.from({ length: count }, (_, at) => {
        return { text: line.slice(at * columns, (at + 1) * columns), wraps: at < count - 1 };
      });
    });
    this.#row = this.#rows.length - 1;
    this.#column = this.#rows[this.#row]!.text.length;
  }

  #put(letter: string): void {
    if (this.#column >= this.columns) this.#next(true);
    const row = this.#rows[this.#row]!;
    row.text = row.text.slice(0, this.#column).padEnd(this.#column) + letter + row.text.slice(this.#column + 1);
    this.#column++;
  }

  #next(wraps: boolean): void {
    this.#rows[this.#row]!.wraps = wraps;
    this.#row++;
    this.#column = 0;
    this.#rows[this.#row] ??= { text: "", wraps: false };
  }
}
