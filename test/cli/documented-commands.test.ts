/** Every command line of ista-nas in README and docs/, by the command line itself: all but the work is done. */
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CommandInputs } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { newRunSpec } from "../../src/cli/given-flags.ts";
import { main } from "../../src/cli/main.ts";
import { checkNewSearch, checkNewTraining } from "../../src/run/index.ts";
import { type DocumentedCommand, documentedCommands, documentPages } from "../documented-commands.ts";

/** Words that stand for what a reader has there. */
const PLACES: Readonly<Record<string, string>> = {
  "./own-space.mjs": fileURLToPath(new URL("../../docs/examples/own-space.mjs", import.meta.url)),
  "./own-strategy.mjs": fileURLToPath(new URL("../../docs/examples/own-strategy.mjs", import.meta.url)),
  SPACE: "mobile",
  BASELINE: "ISTA_twostage",
  "runs/demo-two-stage-seed1": "ISTA_twostage",
};

/** What a sentence need not say. */
const LEFT_OUT = /^error: (missing required argument|required option)/;

/** What `main` says against `words`, empty for nothing. Searches and trainings are refused as before their data are read. */
async function complaint(words: readonly string[]): Promise<string> {
  let said = "";
  for (const stream of [process.stdout, process.stderr]) {
    const write = (text: string | Uint8Array, done?: unknown) => {
      if (stream === process.stderr) said += text.toString();
      if (typeof done === "function") done();
      return true;
    };
    vi.spyOn(stream, "write").mockImplementation(write as typeof stream.write);
  }
  for (const command of COMMANDS) vi.spyOn(command, "load").mockResolvedValue((inputs) => check(command.name, inputs));
  const status = process.exitCode;
  process.exitCode = 0;
  await main(["--config", "none", ...words]);
  const isRefused = process.exitCode !== 0;
  process.exitCode = status;
  return isRefused ? said : "";
}

async function check(name: string, { positional, flags }: CommandInputs): Promise<void> {
  if (name === "search") await checkNewSearch({ data: positional[0]!, ...newRunSpec(flags) });
  const isNamed = name === "train" && /^\w+$/.test(positional[0]!);
  if (isNamed) await checkNewTraining({ architecture: positional[0]!, data: positional[1]!, ...newRunSpec(flags) });
}

const asTyped = ({ words }: DocumentedCommand) => words.map((word) => PLACES[word] ?? word);

describe("commands of the documentation", () => {
  process.stdout.setMaxListeners(0);
  process.stderr.setMaxListeners(0);
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(documentPages().filter((page) => documentedCommands(page).length > 0))("are understood: %s", async (page) => {
    const wrong: string[] = [];
    for (const command of documentedCommands(page)) {
      const said = await complaint(asTyped(command));
      if (said !== "" && !(command.isInline && LEFT_OUT.test(said)))
        wrong.push(`${page}:${command.line}: ${command.text}\n  ${said}`);
    }
    expect(wrong).toEqual([]);
  });

  it("are many, and of every command", () => {
    const shown = documentPages().flatMap((page) => documentedCommands(page));
    expect(shown.length).toBeGreaterThan(150);
    const names = new Set(shown.map(({ words }) => words.find((word) => !word.startsWith("-"))));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each([
    [["search", "photos", "--fitt", "pad"], /unknown option '--fitt'/],
    [["serch", "photos"], /unknown command 'serch'/],
    [["search", "photos", "--fit", "squash"], /--fit: got squash/],
    [["evaluate"], /missing required argument/],
    [["evaluate", "RUN", "photos", "more"], /too many arguments/],
    [["search", "photos", "--strategy", "random", "--freeze-rule", "support"], /--freeze-rule/],
    [["train", "ISTA_twostage", "photos", "--channels", "auto"], /--channels/],
  ])("that are wrong are told: %j", async (words, message) => {
    expect(await complaint(words)).toMatch(message);
  });
});
