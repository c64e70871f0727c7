/** @file `ista-nas completion`: the script by which a shell completes commands, flags and their values. */
import { IstaNasError } from "../../error.ts";
import type { Command, CommandInputs } from "../command.ts";
import { bashCompletion } from "../completion/bash-completion.ts";
import { type CompletedCommand, completionWords } from "../completion/completion-words.ts";
import { fishCompletion } from "../completion/fish-completion.ts";
import { SHELLS } from "../completion/shells.ts";
import { zshCompletion } from "../completion/zsh-completion.ts";

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The command, for all of `commands`. It throws `E_USAGE_SHELL` for a shell that is not known. */
export function completionOf(commands: readonly Command[]): (inputs: CommandInputs) => Promise<void> {
  return async ({ positional, terminal }) => {
    const shell = SHELLS.find((known) => known === positional[0]);
    if (shell === undefined) {
      throw new IstaNasError(`completion: got ${positional[0]}, expected one of ${SHELLS.join(", ")}`, {
        code: "E_USAGE_SHELL",
        kind: "usage",
      });
    }
    terminal.text(SCRIPTS[shell](completionWords(commands)));
  };
}
