/** @file The reference page of the command line, made from the same tables as the help. `npm run docs` writes it. */
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { FLAGS, spelling } from "./flags.ts";

/** The page as Markdown. */
export function formatCliReference(): string {
  const intro = [
    "# Command line",
    "",
    "Made by `npm run docs` from the tables that parse the flags. Usage errors exit 2, failures 1, a result that standard output did not take too; `--debug` shows the stack.",
  ];
  return `${[...intro, ...COMMANDS.flatMap(formatCommand)].join("\n")}\n`;
}

function formatCommand(command: Command): string[] {
  const words = command.arguments.map(({ name, optional }) => (optional ? `[${name}]` : `<${name}>`));
  const lines = ["", `## ista-nas ${[command.name, ...words].join(" ")}`, "", `${capital(command.summary)}.`];
  if (command.arguments.length > 0) lines.push("");
  for (const { name, description } of command.arguments) lines.push(`- \`${name}\`: ${description}`);
  lines.push("", "| flag | meaning |", "|---|---|");
  for (const name of command.flags) {
    const { valueName, description } = FLAGS[name];
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
