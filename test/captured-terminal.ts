/** @file A terminal whose lines a test reads. */
import { Writable } from "node:stream";
import { Terminal } from "../src/cli/terminal.ts";

export interface CapturedTerminal {
  readonly terminal: Terminal;
  /** All that was written so far. */
  printed(): string;
}

export function captureTerminal(): CapturedTerminal {
  let printed = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      printed += chunk.toString();
      done();
    },
  });
  return { terminal: new Terminal({ output: sink, error: sink }, { json: false }), printed: () => printed };
}
