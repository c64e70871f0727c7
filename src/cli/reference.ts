/** @file The reference page of the command line, made from the same tables as the help. `npm run docs` writes it. */

import { spelling } from "../options/index.ts";
import { type Command, flagNames } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { FLAGS, PART_FLAGS } from "./flags.ts";

/** The page as Markdown. */
export function formatCliReference(): string {
  const intro = [
    "# Command line",
    "",
    "Made by `npm run docs` from the tables that parse the flags. Usage errors exit 2, failures 1, a result that standard output did not take too; `--debug` shows the stack. Flags that need not be typed stand in [a file](config.md): `--config`.",
    "",
    "## When a part fails",
    "",
    "A command exits 0 if all of it was done, 1 if something failed, 2 if what was typed or handed over is wrong, and 130 or 143 if it was stopped by",
    "Ctrl-C or SIGTERM. With `--json` standard output is one JSON object or nothing; the error is text on standard error. A command that did a part of its",
    "work gives that part and exits all the same with its error:",
    "",
    "| command | `--json` of a part | exit |",
    "|---|---|---|",
    "| `predict` | `images`: those that were read, `failures`: `image`, `code`, `reason` and `hint` of each other | 1 |",
    "| `check` | `error`, `imageCount` and all `unreadable` files, if they are too many | 2 |",
    "| `evaluate` | all, with the `unreadable` files that were left out, if they are few enough | 0 |",
    "| `study` | all `rows`; those that diverged have a `failure` | 1 |",
    "| `runs` | all runs; those that cannot be read have a `reason` | 0 |",
    "| `verify` | all `groups`, each with its `failures`; `missing` files | 1 |",
    "| `export` | `file` and `parity`, if onnxruntime disagrees | 1 |",
  ];
  return `${[...intro, ...COMMANDS.flatMap(formatCommand)].join("\n")}\n`;
}

function formatCommand(command: Command): string[] {
  const words = command.arguments.map(({ name, optional }) => (optional ? `[${name}]` : `<${name}>`));
  const lines = ["", `## ista-nas ${[command.name, ...words].join(" ")}`, "", `${capital(command.summary)}.`];
  if (command.arguments.length > 0) lines.push("");
  for (const { name, description } of command.arguments) lines.push(`- \`${name}\`: ${description}`);
  lines.push("", "| flag | meaning |", "|---|---|");
  for (const name of flagNames(command, PART_FLAGS)) {
    const { valueName, description } = FLAGS[name]!;
    const value = valueName === null ? "" : ` ${valueName.replaceAll("|", "\\|")}`;
    const required = command.required?.includes(name) ? "required; " : "";
    lines.push(`| \`--${spelling(name)}${value}\` | ${required}${description} |`);
  }
  lines.push("", "```", ...command.examples, "```");
  return lines;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
