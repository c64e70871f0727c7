/**
 * @file The one reader of JSON. Size and depth are bounded before anything is parsed: what goes through a value by calling itself, as checks of
 * its shape do, never runs out of stack.
 */

/** Why text is not taken for JSON. */
export class UnreadableJson extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = "UnreadableJson";
  }
}

export interface JsonOptions {
  /** Bytes of the text, or its characters if it is a string. Default: `MOST_JSON_BYTES`. */
  readonly most?: number;
  /** What is thrown instead of `UnreadableJson`. */
  readonly wrong?: (fault: UnreadableJson) => Error;
  /** As of `JSON.parse`. */
  readonly reviver?: (key: string, value: unknown) => unknown;
}

/** 16 MiB: the settings of a run with 65,536 named classes take 4 MiB. */
export const MOST_JSON_BYTES: number = 16 * 2 ** 20;
/** The deepest file of ours, a checkpoint, has 8. */
const DEEPEST = 64;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The value of JSON text, in UTF-8 if it is bytes. Throws `UnreadableJson` or what `wrong` makes of it: too large, not JSON, nested too deep. */
export function parseJson(source: string | Uint8Array, options: JsonOptions = {}): unknown {
  try {
    return parsed(source, options);
  } catch (fault) {
    const { wrong } = options;
    throw wrong !== undefined && fault instanceof UnreadableJson ? wrong(fault) : fault;
  }
}

function parsed(source: string | Uint8Array, { most = MOST_JSON_BYTES, reviver }: JsonOptions): unknown {
  if (source.length > most) {
    throw new UnreadableJson(`too large: got ${source.length} bytes of JSON, expected at most ${most}`);
  }
  const text = typeof source === "string" ? source : decoded(source);
  assertShallow(text);
  try {
    return JSON.parse(text, reviver);
  } catch (cause) {
    throw new UnreadableJson(`not JSON: ${(cause as Error).message}`, cause);
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableJson("not JSON: got bytes that are no UTF-8", cause);
  }
}

function assertShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) depth++;
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth--;
    if (depth > DEEPEST) {
      throw new UnreadableJson(`not JSON of ours: got more than ${DEEPEST} lists or objects inside each other`);
    }
  }
}

/** Where the string ends that begins at `start`; the end of the text if it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) at++;
    else if (unit === QUOTE) return at;
  }
  return text.length;
}
