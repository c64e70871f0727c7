/**
 * @file The trial of joined vectors in a process of its own: whatever becomes of that process, this one goes on. It runs
 * `trial-process.ts`, which says whether all kernels were compiled and gave the bits that they give without.
 */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { systemReason } from "../../../files/index.ts";
import { BUILT_FILES } from "../artifacts.ts";

export interface TrialVerdict {
  readonly survives: boolean;
  /** Why not, empty if it does. */
  readonly reason: string;
  /** Whether it would end in the same way again: it says something of the engine, and not of the moment. */
  readonly lasting: boolean;
}

export interface TrialOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** Milliseconds after which it counts as hung. Default: 10,000; it takes some hundreds. */
  readonly timeout?: number;
}

export const VECTOR_PAIRS_SWITCH = "--experimental-wasm-revectorize";

/** Named on the command line, so that an engine that does not know the switch says so at once. */
export const TRIAL_COMMAND: TrialOptions["command"] = [
  process.execPath,
  VECTOR_PAIRS_SWITCH,
  fileURLToPath(BUILT_FILES.trial),
];

/** Exit statuses of the process that got to its end; Node itself has none of them. */
export const SAME_BITS = 80;
export const OTHER_BITS = 81;

const TIMEOUT = 10_000;

/** Waits for the trial. Throws the system's error where no process may be started. */
export function tryVectorPairs({ command: [program, ...args], timeout = TIMEOUT }: TrialOptions): TrialVerdict {
  const { error, status, signal } = spawnSync(program, args, {
    // Flags of this process are none of the engine's; a core file, where a crash leaves one, is not to lie about.
    env: { ...process.env, NODE_OPTIONS: "" },
    cwd: tmpdir(),
    stdio: "ignore",
    timeout,
    killSignal: "SIGKILL",
    windowsHide: true,
  });
  if (error !== undefined && "code" in error && error.code === "ETIMEDOUT") {
    return fails(`took more than ${timeout / 1000} s`, true);
  }
  if (error !== undefined) return fails(`could not be started: ${systemReason(error)}`, false);
  if (status === OTHER_BITS) return fails("gave other bits", true);
  if (status === SAME_BITS) return { survives: true, reason: "", lasting: true };
  if (signal !== null) return fails(`was ended by ${signal}`, true);
  return fails(`ended with exit status ${status}`, status! >= 128);
}

function fails(how: string, lasting: boolean): TrialVerdict {
  return { survives: false, reason: `a trial of them ${how}`, lasting };
}
