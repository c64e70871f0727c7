import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.ts";
import { bashCompletion } from "../../../src/cli/completion/bash-completion.ts";
import { completionWords } from "../../../src/cli/completion/completion-words.ts";
import { fishCompletion } from "../../../src/cli/completion/fish-completion.ts";
import { zshCompletion } from "../../../src/cli/completion/zsh-completion.ts";
import { SPACES } from "../../../src/spaces/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const commands = completionWords(COMMANDS);
const folder = temporaryFolder();
const file = (name: string, script: string) => {
  const path = join(folder, name);
  writeFileSync(path, script);
  return path;
};

describe("bash", () => {
  const script = file("ista-nas.bash", bashCompletion(commands));
  /** What bash would offer for the last of these words, and whether it offers files too. */
  function completed(...words: readonly string[]): { readonly words: readonly string[]; readonly files: boolean } {
    const program = [
      'compopt() { echo "no files"; }',
      'source "$0"',
      'COMP_WORDS=(ista-nas "$@")',
      "COMP_CWORD=$#",
      "_ista_nas",
      `printf "%s\\n" "\${COMPREPLY[@]}"`,
    ].join("\n");
    const lines = execFileSync("bash", ["--norc", "-c", program, script, ...words], { encoding: "utf8" }).split("\n");
    const files = !lines.includes("no files");
    return { words: lines.filter((line) => line !== "" && line !== "no files"), files };
  }
  const offers = (words: readonly string[], isPlace = false) => ({ words, files: isPlace });

  it("completes commands, and flags of all", () => {
    expect(completed("").words).toEqual([...COMMANDS.map(({ name }) => name), "help"]);
    expect(completed("ver")).toEqual(offers(["verdict", "verify"]));
    expect(completed("--deb")).toEqual(offers(["--debug"]));
    expect(completed("help", "rep")).toEqual(offers(["report"]));
  });

  it("completes the flags of the command", () => {
    expect(completed("search", "demo", "--retrain-ep")).toEqual(offers(["--retrain-epochs"]));
    expect(completed("--config", "search", "predict", "--t")).toEqual(offers(["--top", "--threads"]));
    expect(completed("--config", "=", "search", "predict", "--t")).toEqual(offers(["--top", "--threads"]));
    expect(completed("check", "--retrain-ep")).toEqual(offers([]));
  });

  it("completes the values of flags, after a space and after =", () => {
    const fits = offers(["crop", "pad", "stretch"]);
    expect(completed("search", "demo", "--fit", "")).toEqual(fits);
    expect(completed("search", "demo", "--fit", "=")).toEqual(fits);
    expect(completed("search", "demo", "--fit", "=", "p")).toEqual(offers(["pad"]));
    expect(completed("search", "--space", "")).toEqual(
      offers(
        SPACES.map(({ kind }) => kind),
        true,
      ),
    );
    expect(completed("search", "--class-weights", "")).toEqual(offers(["none", "balanced"], true));
    expect(completed("show", "x", "--svg", "")).toEqual(offers([], true));
    expect(completed("search", "--seed", "")).toEqual(offers([]));
    expect(completed("table", "--file", "")).toEqual(offers([], true));
    expect(completed("search", "--config", "n")).toEqual(offers(["none"], true));
  });

  it("completes arguments", () => {
    expect(completed("search", "d")).toEqual(offers(["demo"], true));
    expect(completed("study", "r")).toEqual(offers(["rivals", "rank"], true));
    expect(completed("completion", "")).toEqual(offers(["bash", "zsh", "fish"]));
  });
});

it("every script names every command and flag, and no description ends a quote", () => {
  for (const script of [bashCompletion(commands), zshCompletion(commands), fishCompletion(commands)]) {
    for (const { name, flags } of commands) {
      expect(script).toContain(name);
      for (const { flag } of flags) expect(script).toContain(flag.slice(2));
    }
  }
  for (const text of commands.flatMap(({ description, flags }) => [description, ...flags.map((f) => f.description)])) {
    expect(text).toMatch(/^[^'"`$\\[\]\n]{3,80}$/);
  }
});

/** A shell that is not installed is not asked. */
function parses(shell: string, path: string): boolean {
  const { error, status } = spawnSync(shell, ["-n", path]);
  return error !== undefined || status === 0;
}

it.each([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
] as const)("%s reads its script", (shell, script) => {
  expect(parses(shell, file(`script.${shell}`, script(commands)))).toBe(true);
});
