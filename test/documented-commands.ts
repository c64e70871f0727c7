/** @file The command lines of ista-nas that README and docs/ show, and their words as a shell would hand them over. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface DocumentedCommand {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** Without the name of the program. */
  readonly words: readonly string[];
  /** Whether it stands within a sentence, where arguments that do not matter to it may be left out. */
  readonly isInline: boolean;
}

/** Pages that people read, by their paths within the project. */
export function documentPages(): readonly string[] {
  const names = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    "CONTRIBUTING.md",
    ...names.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ];
}

/** All of a page, those of shell blocks first and last as they stand. */
export function documentedCommands(page: string): readonly DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let language: string | null = null;
  for (const [index, text] of readFileSync(join(ROOT, page), "utf8").split("\n").entries()) {
    const add = (command: string, isInline: boolean) => {
      const words = wordsOf(command.replace(/^.*?\bista-nas(?= |$)/, ""));
      commands.push({ page, line: index + 1, text: command, words, isInline });
    };
    const fence = /^```(\w*)/.exec(text);
    if (fence !== null) language = language === null ? fence[1]! : null;
    else if (language === null) {
      for (const [, command] of text.matchAll(/`((?:npx )?ista-nas [^`]+)`/g)) add(command!, true);
      for (const [, command] of text.matchAll(/\$\((ista-nas [^)]+)\)/g)) add(command!, true);
    } else if (language === "" || language === "sh") {
      const [command] = /^(?:\$ )?(?:npx )?ista-nas [a-z-].*/.exec(text) ?? /(?<=\$\()ista-nas [^)]+/.exec(text) ?? [];
      if (command !== undefined) add(command, false);
    }
  }
  return commands;
}

/** Words up to a comment or a redirection; brackets around what may be left out are not theirs. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/'[^']*'|"[^"]*"|[^\s'"]+/g)) {
    if (word === "#" || word === ">" || word === "|") break;
    words.push(/^['"]/.test(word) ? word.slice(1, -1) : word.replace(/^\[(.*?)(\.{3})?\]$|^\[|\]$/g, "$1"));
  }
  return words;
}
