/** @file Where a command talks while something that was asked for goes to standard output. */
import { findOutput, type OutputPlace } from "../files/index.ts";
import type { Terminal } from "./terminal.ts";

/** `terminal`, or another one that keeps off standard output where `file` is that. Throws as `findOutput` does. */
export function besideOutput(file: string, place: OutputPlace, terminal: Terminal): Terminal {
  if (place.isOwn) return terminal;
  const found = findOutput(file, place);
  return found.kind === "descriptor" && found.descriptor === 1 ? terminal.aside() : terminal;
}
