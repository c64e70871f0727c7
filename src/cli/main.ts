/** @file Entry of the command line: parses, runs one command, and turns errors into a message, a hint and an exit status. */
import { CommanderError, Option, Command as Program } from "commander";
import { IstaNasError } from "../error.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { FLAGS, type FlagName, type FlagValues, spelling } from "./flags.ts";
import { Interruption } from "./jobs/interrupt.ts";
import { Terminal } from "./terminal.ts";
import { packageVersion } from "./version.ts";

/** Where commander's message, which repeats what was typed, ends, and its own next line begins. */
const SUGGESTION = /\n(?=\(Did you mean [^\n]+$)/;

/** Runs the command line `argv` (without node and script) and sets the exit status: 0, 1 for failures, 2 for usage errors. */
export async function main(argv: readonly string[]): Promise<void> {
  const debug = argv.includes("--debug");
  try {
    await createProgram().parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, debug);
  }
}

/** The whole command line as commander sees it. */
export function createProgram(): Program {
  const program = new Program("ista-nas")
    .description(
      "Find a small convolutional network for your images by sparse coding, trained and ready to ship as ONNX.",
    )
    .version(packageVersion())
    .option("--debug", "show the stack of errors")
    .exitOverride()
    .configureOutput({
      writeErr: (text) => errorTerminal().block(text.replace(/\n$/, "")),
      outputError: (text) => {
        for (const line of text.trimEnd().split(SUGGESTION)) errorTerminal().line(line);
      },
    })
    .showHelpAfterError("(ista-nas --help, or ista-nas COMMAND --help, lists what there is)")
    .configureHelp({ showGlobalOptions: true });
  for (const command of COMMANDS) addCommand(program, command);
  return program;
}

function addCommand(program: Program, command: Command): void {
  const sub = program.command(command.name).description(command.summary);
  for (const { name, description, optional } of command.arguments) {
    sub.argument(optional ? `[${name}]` : `<${name}>`, description);
  }
  const names = new Map<string, FlagName>();
  for (const name of command.flags) {
    const flag = FLAGS[name];
    const option = new Option(
      flag.valueName === null ? `--${spelling(name)}` : `--${spelling(name)} <${flag.valueName}>`,
      flag.description,
    );
    if (flag.valueName !== null) option.argParser((text: string) => flag.parse(text));
    if (command.required?.includes(name)) option.makeOptionMandatory();
    sub.addOption(option);
    names.set(option.attributeName(), name);
  }
  if (command.examples.length > 0) {
    sub.addHelpText("after", `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join("\n")}`);
  }
  sub.option("--debug", "show the stack of errors");
  sub.action(async () => {
    const options = sub.opts<Record<string, unknown>>();
    const flags: Record<string, unknown> = {};
    for (const [attribute, name] of names) if (options[attribute] !== undefined) flags[name] = options[attribute];
    const streams = { output: process.stdout, error: process.stderr };
    const terminal = new Terminal(streams, options["json"] === true);
    const run = await command.load();
    try {
      await run({ positional: sub.args, flags: flags as FlagValues, terminal });
    } finally {
      terminal.clearProgress();
    }
  });
}

/** Where an error was thrown: its stack without the message. */
function framesOf({ message, stack = "" }: Error): string {
  return stack.slice(stack.indexOf(message) + message.length).replace(/^\n/, "");
}

/** All of it on standard error. */
function errorTerminal(): Terminal {
  return new Terminal({ output: process.stderr, error: process.stderr }, false);
}

function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    const isAnswer = error.code === "commander.helpDisplayed" || error.code === "commander.version";
    return isAnswer ? 0 : 2;
  }
  const known = error instanceof IstaNasError;
  const terminal = errorTerminal();
  const message = error instanceof Error ? error.message : String(error);
  terminal.line(error instanceof Interruption ? message : `error: ${message}`);
  if (known && error.hint !== undefined) terminal.line(`hint: ${error.hint}`);
  if (!known) terminal.line("hint: this is a bug in ista-nas; run again with --debug and report what it prints");
  if (debug && error instanceof Error) terminal.block(framesOf(error));
  return known ? error.exitCode : 1;
}
