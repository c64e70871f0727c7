/** @file The script by which fish completes. */
import type { CompletedCommand, CompletedFlag, CompletedValue } from "./completion-words.ts";

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = [
    "# Completes ista-nas in fish: keep this as ~/.config/fish/completions/ista-nas.fish",
    `set -l commands ${names}`,
    'complete -c ista-nas -f -n "not __fish_seen_subcommand_from $commands" -l version -d "output the version number"',
    ...commands.flatMap(linesOf),
  ];
  return `${lines.join("\n")}\n`;
}

function linesOf({ name, description, argument, flags }: CompletedCommand): readonly string[] {
  const seen = `-n "__fish_seen_subcommand_from ${name}"`;
  return [
    `complete -c ista-nas -f -n "not __fish_seen_subcommand_from $commands" -a ${name} -d "${description}"`,
    `complete -c ista-nas ${seen} ${offered(argument)}`,
    ...flags.map((flag) => `complete -c ista-nas ${seen} ${flagWords(flag)}`),
  ];
}

function flagWords({ flag, description, value }: CompletedFlag): string {
  const words = `-l ${flag.slice(2)} -d "${description}"`;
  return value === null ? words : `${words} -r ${offered(value)}`;
}

/** `-f` offers no files, `-F` some in any case. */
function offered({ words, isPlace }: CompletedValue): string {
  const list = words.length === 0 ? "" : ` -a "${words.join(" ")}"`;
  return `${isPlace ? "-F" : "-f"}${list}`;
}
