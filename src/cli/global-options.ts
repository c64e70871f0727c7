/** @file What every command takes, before its name or after it. It is read before the rest, as it decides how the rest is. */

export const GLOBAL_OPTIONS: readonly (readonly [flags: string, description: string])[] = [
  [
    "--config <FILE>",
    "flags that are not typed, from this file (default: ./ista-nas.config.json or .mjs; none: no file)",
  ],
  ["--debug", "show the stack of errors"],
];

export interface GlobalOptions {
  readonly debug: boolean;
  /** The file that was named, or `none`; null where nothing was said. */
  readonly config: string | null;
  /** Everything that was typed but these. */
  readonly words: readonly string[];
}

/** Of several `--config` the last one counts. */
export function globalOptions(argv: readonly string[]): GlobalOptions {
  const words: string[] = [];
  let config: string | null = null;
  let isDebug = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") return { debug: isDebug, config, words: [...words, ...argv.slice(at)] };
    if (word === "--config" && at + 1 < argv.length) config = argv[++at]!;
    else if (word.startsWith("--config=")) config = word.slice("--config=".length);
    else if (word === "--debug") isDebug = true;
    else words.push(word);
  }
  return { debug: isDebug, config, words };
}
