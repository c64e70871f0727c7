/** @file Entry of the command line: parses, runs one command, and turns errors into a message, a hint and an exit status. */
import { CommanderError, Option, Command as Program } from "commander";
import { IstaNasError } from "../error.ts";
import { systemFailure } from "../files/index.ts";
import { spelling } from "../spelling.ts";
import { packageVersion } from "../version.ts";
import { type AskedCommand, askedCommand } from "./asked-command.ts";
import type { Command, CommandInputs } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import type { FlagValues } from "./flags.ts";
import { GLOBAL_OPTIONS, type GlobalOptions, globalOptions } from "./global-options.ts";
import { StandardStream } from "./standard-stream.ts";
import { Terminal } from "./terminal.ts";

/** Where commander's message, which repeats what was typed, ends, and its own next line begins. */
const SUGGESTION = /\n(?=\(Did you mean [^\n]+$)/;

/** Where a value came from, as commander keeps it. */
const FROM_FILE = "config";

interface Streams {
  readonly output: StandardStream;
  readonly error: StandardStream;
}

/**
 * Runs the command line `argv` (without node and script) and sets the exit status: 0, 1 for failures, also where what was printed is lost and
 * nothing else has it, 2 for usage errors.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const streams = { output: new StandardStream(process.stdout), error: new StandardStream(process.stderr) };
  let debug = argv.includes("--debug");
  try {
    const options = globalOptions(argv);
    debug = options.debug;
    await runProgram(createProgram(streams, await askedCommand(options)), options);
    await assertPrinted(streams);
  } catch (error) {
    process.exitCode = report(systemFailure(error) ?? error, debug, errorTerminal(streams));
  }
  await streams.error.flush();
}

/** Help and version end commander with an error, and are what was asked for. */
async function runProgram(program: Program, { words }: GlobalOptions): Promise<void> {
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    const isAnswer = error instanceof CommanderError && error.exitCode === 0;
    if (!isAnswer) throw error;
  }
}

/** Throws `E_OUTPUT_LOST` if standard output did not take everything. */
async function assertPrinted({ output }: Streams): Promise<void> {
  await output.flush();
  if (output.loss === null) return;
  throw new IstaNasError(`standard output: cannot write to it: ${output.loss}`, {
    code: "E_OUTPUT_LOST",
    hint: "what was printed is not whole: make room, or let it go elsewhere, and run the command again",
  });
}

/** The whole command line as commander sees it. */
function createProgram(streams: Streams, asked: AskedCommand | null): Program {
  const program = new Program("ista-nas")
    .description(
      "Find a small convolutional network for your images by sparse coding, trained and ready to ship as ONNX.",
    )
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.output.write(text),
      writeErr: (text) => errorTerminal(streams).block(text.replace(/\n$/, "")),
      outputError: (text) => {
        for (const line of text.trimEnd().split(SUGGESTION)) errorTerminal(streams).line(line);
      },
    })
    .showHelpAfterError("(ista-nas --help, or ista-nas COMMAND --help, lists what there is)")
    .configureHelp({ showGlobalOptions: true });
  for (const [flags, description] of GLOBAL_OPTIONS) program.option(flags, description);
  for (const command of COMMANDS)
    addCommand(program, command, streams, asked?.name === command.name ? asked : NOT_ASKED);
  return program;
}

const NOT_ASKED: Omit<AskedCommand, "name"> = { flags: new Map(), config: null };

function addCommand(program: Program, command: Command, streams: Streams, asked: Omit<AskedCommand, "name">): void {
  const sub = program.command(command.name).description(command.summary);
  for (const { name, description, optional } of command.arguments) {
    sub.argument(optional ? `[${name}]` : `<${name}>`, description);
  }
  const names = new Map<string, string>();
  for (const [name, flag] of asked.flags) {
    const option = new Option(
      flag.valueName === null ? `--${spelling(name)}` : `--${spelling(name)} <${flag.valueName}>`,
      flag.description,
    );
    if (flag.valueName !== null) option.argParser((text: string) => flag.parse(text));
    if (command.required?.includes(name)) option.makeOptionMandatory();
    sub.addOption(option);
    if (asked.config?.values.has(name)) {
      sub.setOptionValueWithSource(option.attributeName(), asked.config.values.get(name), FROM_FILE);
    }
    names.set(option.attributeName(), name);
  }
  if (command.examples.length > 0) {
    sub.addHelpText("after", `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join("\n")}`);
  }
  for (const [flags, description] of GLOBAL_OPTIONS) sub.option(flags, description);
  sub.action(async () => {
    const options = sub.opts<Record<string, unknown>>();
    const flags: Record<string, unknown> = {};
    for (const [attribute, name] of names) if (options[attribute] !== undefined) flags[name] = options[attribute];
    const inFile = [...names].filter(([attribute]) => sub.getOptionValueSource(attribute) === FROM_FILE);
    assertNamed(command, sub.args);
    const terminal = new Terminal(streams, { json: options["json"] === true, quiet: options["quiet"] === true });
    const typed = { positional: sub.args, flags: flags as FlagValues, terminal };
    const inputs = asked.config === null ? typed : await withConfig(command, typed, asked.config, inFile, streams);
    const run = await command.load();
    try {
      await run(inputs);
    } finally {
      terminal.clearProgress();
    }
    if (command.keepsFolder === true) await sayLost(streams);
  });
}

/** Leaves out what the file says in vain, and says what it came to. */
async function withConfig(
  command: Command,
  inputs: CommandInputs,
  config: NonNullable<AskedCommand["config"]>,
  inFile: readonly (readonly [string, string])[],
  streams: Streams,
): Promise<CommandInputs> {
  const { takeConfig } = await import("./config/take-config.ts");
  const { flags, note } = await takeConfig(command, inputs, config, new Set(inFile.map(([, name]) => name)));
  if (note !== null && flags.quiet !== true) errorTerminal(streams).line(note);
  return { ...inputs, flags };
}

/** Throws `E_ARGUMENT_EMPTY`: an empty text would be taken for the working folder. */
function assertNamed(command: Command, args: readonly string[]): void {
  const index = args.findIndex((text) => text.trim() === "");
  if (index < 0) return;
  const { name, description } = command.arguments[Math.min(index, command.arguments.length - 1)]!;
  throw new IstaNasError(`${name}: got ${JSON.stringify(args[index])}, expected ${description}`, {
    code: "E_ARGUMENT_EMPTY",
    kind: "usage",
    hint: "a variable that is not set gives an empty text; . is the folder where you are",
  });
}

/** Where an error was thrown: its stack without the message. */
function framesOf({ message, stack = "" }: Error): string {
  return stack.slice(stack.indexOf(message) + message.length).replace(/^\n/, "");
}

/** All of it on standard error. */
function errorTerminal({ error }: Streams): Terminal {
  return new Terminal({ output: error, error }, { json: false });
}

/** A run that came to its end is not lost with the lines about it. */
async function sayLost(streams: Streams): Promise<void> {
  await streams.output.flush();
  const reason = streams.output.acceptLoss();
  if (reason === null) return;
  errorTerminal(streams).line(`standard output could not be written to (${reason}): the run folder has everything`);
}

function report(error: unknown, debug: boolean, terminal: Terminal): number {
  if (error instanceof CommanderError) return 2;
  const known = error instanceof IstaNasError;
  const message = error instanceof Error ? error.message : String(error);
  terminal.line(known && error.code === "E_INTERRUPTED" ? message : `error: ${message}`);
  if (known && error.hint !== undefined) terminal.line(`hint: ${error.hint}`);
  if (!known) terminal.line("hint: this is a bug in ista-nas; run again with --debug and report what it prints");
  if (debug && error instanceof Error) terminal.block(framesOf(error));
  if (debug && error instanceof Error && error.cause instanceof Error) {
    terminal.line(`caused by ${error.cause.name}: ${error.cause.message}`);
    terminal.block(framesOf(error.cause));
  }
  return known ? error.exitCode : 1;
}
