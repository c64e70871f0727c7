/**
 * @file Which process did something, and whether it is still there. A number alone does not tell: it is given again to later processes, and
 * containers count processes each for itself. What cannot be judged from here is said to be unknown, never to be gone.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  readonly pid: number;
  /** What tells this process from a later one with the same number: `BOOT/START`, null where the system does not tell. */
  readonly birth: string | null;
  readonly host: string;
  /** Where the number counts: the PID namespace on Linux, `one` on systems that have no more. Null if not told, missing in older records. */
  readonly namespace?: string | null;
  /** Number of the installed system, null where there is none; missing in older records. */
  readonly machine?: string | null;
}

export type ProcessState =
  | { readonly kind: "alive" }
  | { readonly kind: "gone" }
  /** `why`: a clause such as "it runs on host den". */
  | { readonly kind: "unknown"; readonly why: string };

const ONE = "one";
/** The namespace that every Linux begins with. */
const OUTERMOST = "pid:[4026531836]";

const ALIVE: ProcessState = { kind: "alive" };
const GONE: ProcessState = { kind: "gone" };

let own: ProcessIdentity | null = null;

/** This process. */
export function thisProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    birth: birthOf("self"),
    host: hostname(),
    namespace: process.platform === "linux" ? attempt(() => readlinkSync("/proc/self/ns/pid")) : ONE,
    machine: attempt(() => readFileSync("/etc/machine-id", "utf8").trim() || null),
  };
  return own;
}

/** The process with this number on this machine, which has to be there. */
export function processOf(pid: number): ProcessIdentity {
  return { ...thisProcess(), pid, birth: birthOf(pid) };
}

/** Whether a process is still there, as far as can be told by the process `here`. */
export function judgeProcess(owner: ProcessIdentity, here: ProcessIdentity = thisProcess()): ProcessState {
  if (owner.host !== here.host) return unknown(`it runs on host ${owner.host}`);
  if (owner.machine !== undefined && owner.machine !== here.machine)
    return unknown("it runs on another machine of that name");
  const namespace = owner.namespace === undefined && here.namespace === ONE ? ONE : (owner.namespace ?? null);
  const isSameSpace = namespace !== null && namespace === here.namespace;
  const [boot, ownBoot] = [bootOf(owner), bootOf(here)];
  if (boot !== null && ownBoot !== null && boot !== ownBoot) {
    const isSameMachine = typeof owner.machine === "string" && namespace === OUTERMOST && isSameSpace;
    return isSameMachine ? GONE : unknown("it began before this machine did, or runs on another of that name");
  }
  const found = look(owner.pid, here);
  if (found.isThere && owner.birth !== null && found.birth === owner.birth) return found.isOver ? GONE : ALIVE;
  if (namespace === null) return unknown("its version did not note in which container it runs");
  if (!isSameSpace) return unknown("it runs in another container");
  if (!found.isThere) return GONE;
  if (owner.birth === null || found.birth === null) return unknown("a process with that number is there");
  return GONE;
}

/** The process that has this number here; `isOver`: it ended, but its parent has not asked for its status. */
interface Found {
  readonly isThere: boolean;
  readonly birth: string | null;
  readonly isOver: boolean;
}

function look(pid: number, here: ProcessIdentity): Found {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process of another person cannot be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return { isThere: false, birth: null, isOver: false };
  }
  // In a container that was given the outer /proc, the numbers there are others.
  const isOwnView = attempt(() => readlinkSync("/proc/self")) === String(here.pid);
  if (!isOwnView) return { isThere: true, birth: null, isOver: false };
  const state = statOf(pid)?.[0];
  return { isThere: true, birth: birthOf(pid), isOver: state === "Z" || state === "X" };
}

function birthOf(pid: number | "self"): string | null {
  const startTime = statOf(pid)?.[19];
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  return startTime === undefined || boot === null ? null : `${boot}/${startTime}`;
}

/** Fields of `/proc/PID/stat` from the third on, the state: the name before them may hold blanks and parentheses. */
function statOf(pid: number | "self"): readonly string[] | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function bootOf({ birth }: ProcessIdentity): string | null {
  return birth === null ? null : birth.slice(0, birth.lastIndexOf("/"));
}

function unknown(why: string): ProcessState {
  return { kind: "unknown", why };
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
