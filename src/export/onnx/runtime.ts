/**
 * @file Loads onnxruntime-node, which need not be installed, when it is first needed. A package whose libraries are damaged
 * may end the process that loads it, so a process of its own tries it first.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RuntimeUnavailable } from "./runtime-unavailable.ts";

type Runtime = typeof import("onnxruntime-node");

const PACKAGE = "onnxruntime-node";
/** Exit status of the trial that got to its end; Node itself has no such. */
const LOADED = 80;
/** Milliseconds after which the trial counts as hung; it takes some hundreds. */
const TIMEOUT = 60_000;

const MISSING_HINT = `npm install ${PACKAGE}; files that ista-nas wrote, and run folders, need none`;

let settled: Promise<Runtime> | null = null;

/** The package, tried and loaded once a process. Throws `RuntimeUnavailable` if it is missing or does not work. */
export function loadRuntime(): Promise<Runtime> {
  settled ??= load();
  return settled;
}

async function load(): Promise<Runtime> {
  const require = createRequire(import.meta.url);
  const folder = (require.resolve.paths(PACKAGE) ?? []).map((path) => join(path, PACKAGE)).find(existsSync);
  if (folder === undefined) {
    throw new RuntimeUnavailable(`${PACKAGE} is not installed (npm install ${PACKAGE})`, {
      code: "E_ONNX_RUNTIME_MISSING",
      hint: MISSING_HINT,
    });
  }
  const failure = tryRuntime(folder);
  if (failure !== null) throw broken(folder, failure);
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw broken(folder, firstLine(cause instanceof Error ? cause.message : String(cause)), cause);
  }
}

/** Loads the package in another process. Why that fails, null if it does not, or if no process may be started. */
function tryRuntime(folder: string): string | null {
  const program = `require(process.argv[1]); process.exit(${LOADED})`;
  try {
    const { error, status, signal, stderr } = spawnSync(process.execPath, ["-e", program, folder], {
      // Flags of this process are none of the package's; a core file, where a crash leaves one, is not to lie about.
      env: { ...process.env, NODE_OPTIONS: "" },
      cwd: tmpdir(),
      encoding: "utf8",
      timeout: TIMEOUT,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    if (error !== undefined && "code" in error && error.code === "ETIMEDOUT") {
      return `loading it took more than ${TIMEOUT / 1000} s`;
    }
    if (error !== undefined || status === LOADED) return null;
    if (signal !== null) return `loading it ended a trial process by ${signal}`;
    return /^\w*Error(?: \[\w+\])?: (.+)$/m.exec(stderr)?.[1] ?? `loading it ended a trial process with ${status}`;
  } catch {
    return null;
  }
}

function broken(folder: string, reason: string, cause?: unknown): RuntimeUnavailable {
  return new RuntimeUnavailable(`${PACKAGE} is damaged or not for this system: ${reason}`, {
    code: "E_ONNX_RUNTIME_BROKEN",
    hint: `install it again: delete ${folder}, then npm install ${PACKAGE}; files that ista-nas wrote, and run folders, need none`,
    cause,
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}
