/** @file The script by which bash completes, for bash 3.2 and later. */
import type { CompletedCommand, CompletedValue } from "./completion-words.ts";

export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  const globalFlags = flagsOfAll(commands);
  return `# Completes ista-nas in bash: eval "$(ista-nas completion bash)", or keep this in ~/.local/share/bash-completion/completions/ista-nas
_ista_nas() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" flags="" words="" files="" at
  # bash takes --flag=value for three words.
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      --config) if [ "\${COMP_WORDS[at+1]}" = "=" ]; then at=$((at + 2)); else at=$((at + 1)); fi ;;
      -*) ;;
      help) ;;
      *) command="\${COMP_WORDS[at]}"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command" in
    "") flags="${globalFlags.join(" ")} --version"; words="${[...names, "help"].join(" ")}" ;;
${commands.map(commandCase).join("\n")}
  esac
  case "$command $previous" in
${commands.flatMap(valueCases).join("\n")}
    *" --config") words="none"; flags=""; files=1 ;;
  esac
  case "$current" in
    -*) words="$flags" files="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -z "$files" ]; then
    compopt +o default 2>/dev/null
  fi
}
complete -o default -F _ista_nas ista-nas
`;
}

function commandCase({ name, argument, flags }: CompletedCommand): string {
  return `    ${name}) flags="${flags.map(({ flag }) => flag).join(" ")}"; ${offered(argument)} ;;`;
}

/** Flags that offer the same, of one command, in one line. */
function valueCases({ name, flags }: CompletedCommand): readonly string[] {
  const byOffer = new Map<string, string[]>();
  for (const { flag, value } of flags) {
    if (value === null || flag === "--config") continue;
    const offer = offered(value);
    byOffer.set(offer, [...(byOffer.get(offer) ?? []), `"${name} ${flag}"`]);
  }
  return [...byOffer].map(([offer, patterns]) => `    ${patterns.join(" | ")}) ${offer}; flags="" ;;`);
}

function offered({ words, isPlace }: CompletedValue): string {
  return `words="${words.join(" ")}"; files=${isPlace ? "1" : ""}`;
}

/** Flags that every command has. */
function flagsOfAll(commands: readonly CompletedCommand[]): readonly string[] {
  const [first, ...others] = commands.map(({ flags }) => flags.map(({ flag }) => flag));
  return first!.filter((flag) => others.every((flags) => flags.includes(flag)));
}
