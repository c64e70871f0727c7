/** @file The script by which zsh completes. */
import type { CompletedCommand, CompletedFlag, CompletedValue } from "./completion-words.ts";

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef ista-nas
# Completes ista-nas in zsh: keep this as _ista-nas in a folder of $fpath, or eval "$(ista-nas completion zsh)" after compinit
_ista_nas() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C '--version[output the version number]' '1:command:->command' '*::argument:->argument'
  case "$state" in
    command)
      local -a commands=(
${commands.map(({ name, description }) => `        '${name}:${description.replaceAll(":", "\\:")}'`).join("\n")}
      )
      _describe command commands
      ;;
    argument)
      case "$line[1]" in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = "_ista_nas" ] || [ "$funcstack[1]" = "_ista-nas" ]; then
  _ista_nas "$@"
else
  compdef _ista_nas ista-nas
fi
`;
}

function commandCase({ name, argument, flags }: CompletedCommand): string {
  const specs = [...flags.map(flagSpec), `'*:argument:${actionOf(argument)}'`];
  return `        ${name})\n          _arguments \\\n${specs.map((spec) => `            ${spec}`).join(" \\\n")}\n          ;;`;
}

function flagSpec({ flag, description, value }: CompletedFlag): string {
  const text = `[${description}]`;
  return value === null ? `'${flag}${text}'` : `'${flag}=${text}:value:${actionOf(value)}'`;
}

function actionOf({ words, isPlace }: CompletedValue): string {
  if (words.length === 0) return isPlace ? "_files" : " ";
  const list = `(${words.join(" ")})`;
  // A space in front: zsh adds no words of its own.
  return isPlace ? ` _alternative "words\\:word\\:${list}" "files\\:file\\:_files"` : list;
}
