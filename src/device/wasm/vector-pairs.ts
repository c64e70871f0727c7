/**
 * @file Whether the JavaScript engine joins pairs of neighbouring 128-bit operations into one of 256 bits: V8 from Node 24 on, on
 * x64, by a switch that is an experiment still. It is turned on only where a trial in a process of its own survives: on some
 * versions of V8 it ends the process. Where it is off, some kernels are faster if they keep fewer vectors in flight; the bits are
 * the same.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { sha256, systemReason } from "../../files/index.ts";
import { availableArithmetics } from "./arithmetic.ts";
import { BUILT_FILES } from "./artifacts.ts";
import { TRIAL_COMMAND, tryVectorPairs, VECTOR_PAIRS_SWITCH } from "./vector-pairs/trial.ts";
import { cacheFolder, VerdictCache } from "./vector-pairs/verdict-cache.ts";

export interface VectorPairs {
  readonly joined: boolean;
  /** Why they are not joined; null if they are. */
  readonly reason: string | null;
}

let settled: VectorPairs | null = null;

/** Decided once a process: a look at the cache of the user, or a trial of some tenths of a second. Never throws. */
export function vectorPairs(): VectorPairs {
  settled ??= decide();
  return settled;
}

export function canJoinVectorPairs(): boolean {
  return vectorPairs().joined;
}

/** Turns the switch on where it may be: before kernels are compiled. */
export function joinVectorPairs(): void {
  if (canJoinVectorPairs()) setFlagsFromString(VECTOR_PAIRS_SWITCH);
}

/** For the process of the trial, which must not ask for another one. */
export function settleVectorPairs(pairs: VectorPairs): void {
  settled = pairs;
}

function decide(): VectorPairs {
  const { node, v8 } = process.versions;
  if (process.arch !== "x64") return off(`V8 joins vectors on x64, this is ${process.arch}`);
  if (Number.parseInt(node, 10) < 24) return off(`Node ${node} does not join vectors, 24 and later do`);
  try {
    const builds = availableArithmetics().map((arithmetic) => readFileSync(BUILT_FILES.kernels[arithmetic]));
    const kernels = sha256(Buffer.concat(builds)).toString("hex");
    const cache = new VerdictCache(cacheFolder(), { node, v8, processor: cpus()[0]?.model.trim() ?? "", kernels });
    const { survives, reason } = cache.recall() ?? cache.keep(tryVectorPairs({ command: TRIAL_COMMAND }));
    return survives ? { joined: true, reason: null } : off(reason);
  } catch (cause) {
    return off(`they could not be tried: ${systemReason(cause)}`);
  }
}

function off(reason: string): VectorPairs {
  return { joined: false, reason };
}
