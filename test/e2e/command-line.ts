/** Runs the built command line in a folder of its own and gives back what it printed. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/ista-nas.js", import.meta.url));

export interface Printed {
  readonly status: number;
  readonly output: string;
  readonly error: string;
}

interface Interrupt {
  readonly signal: "SIGINT" | "SIGTERM" | "SIGKILL";
  /** Another one right after it. */
  readonly second?: "SIGTERM";
  /** Whether to send it, asked again and again with what was printed so far. */
  when(printed: string): boolean;
}

export interface CommandOptions {
  readonly input?: string;
  /** The Node that runs it. Default: this one. */
  readonly node?: string;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** The program of another installation. */
  readonly program?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly interrupt?: Interrupt;
  /** Closes the pipe that the output goes into before anything is written, as `| head` does in the middle. */
  readonly isUnread?: boolean;
  /** A line for `sh` in which `"$@"` stands for the command, such as `"$@" > /dev/full`. */
  readonly shell?: string;
}

/** `status` is minus the number of the signal that ended it, if one did. */
export function runCommand(cwd: string, args: readonly string[], options: CommandOptions = {}): Promise<Printed> {
  const { input = "", node = process.execPath, environment = {}, interrupt, isUnread = false, shell } = options;
  const { flags = [], program = PROGRAM } = options;
  return new Promise((resolve, reject) => {
    const words = [...(shell === undefined ? [] : ["sh", "-c", shell, "sh"]), node, ...flags, program, ...args];
    const child = spawn(words[0]!, words.slice(1), { cwd, env: { ...process.env, ...environment } });
    const watch = setInterval(() => {
      if (interrupt?.when(output + error) !== true) return;
      clearInterval(watch);
      child.kill(interrupt.signal);
      if (interrupt.second !== undefined) child.kill(interrupt.second);
    }, 5);
    let [output, error] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    if (isUnread) child.stdout.destroy();
    child.on("error", reject);
    child.on("close", (status, signal) => {
      clearInterval(watch);
      resolve({ status: status ?? -constants.signals[signal!], output, error });
    });
    child.stdin.end(input);
  });
}
