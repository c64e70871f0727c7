import { openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { IstaNasError } from "../../src/error.ts";
import { systemFailure } from "../../src/files/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function coded(code: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("a module that was not found and is there", () => {
  it("is one that too few open files kept from being read", () => {
    const here = fileURLToPath(import.meta.url);
    const missing = (path: string) => coded("ERR_MODULE_NOT_FOUND", `Cannot find module '${path}' imported from x.js`);
    expect(systemFailure(missing(here))!.hint).toMatch(/ulimit -n 1024/);
    expect(systemFailure(missing(`${here}.gone`))!.hint).toMatch(/the installation is not whole/);
  });
});

describe("an error of the system is no bug", () => {
  it.each([
    [
      coded("EMFILE", "EMFILE: too many open files, open '/a'", { path: "/a" }),
      "EMFILE: too many open files (/a)",
      /ulimit -n/,
    ],
    [
      coded("ENOENT", "ENOENT: no such file or directory, uv_cwd", { syscall: "uv_cwd" }),
      "ENOENT",
      /the folder where you are was removed/,
    ],
    [coded("ENOSPC", "ENOSPC: no space left on device, write"), "ENOSPC: no space left on device", /make room/],
    [
      coded("ERR_WORKER_OUT_OF_MEMORY", "Worker terminated due to reaching memory limit"),
      "Worker terminated",
      /memory/,
    ],
    [coded("ERR_DLOPEN_FAILED", "sharp.node: file too short\nmore"), "sharp.node: file too short", /install/],
    [coded("ERR_ACCESS_DENIED", "Access to this API has been restricted"), "Access to this API", /--permission/],
    [new RangeError("Array buffer allocation failed"), "Array buffer allocation failed", /memory/],
    [new RangeError("WebAssembly.Memory(): could not allocate memory"), "WebAssembly.Memory()", /memory/],
    [new EvalError("Code generation from strings disallowed for this context"), "Code generation", /--disallow-code/],
    [errorOf(() => openSync(join(temporaryFolder(), "missing"), "r")), "ENOENT: no such file", /./],
    [
      new Error("outside", { cause: coded("ENOMEM", "ENOMEM: not enough memory, read") }),
      "ENOMEM: not enough",
      /memory/,
    ],
  ])("%s", (error, message, hint) => {
    const failure = systemFailure(error)!;
    expect(failure).toMatchObject({ code: "E_SYSTEM", kind: "failure", exitCode: 1, cause: error });
    expect(failure.message).toContain(`system: ${message}`);
    expect(failure.message).not.toContain("\n");
    expect(failure.hint).toMatch(hint);
  });
});

it.each([
  new TypeError("x is not a function"),
  new RangeError("Maximum call stack size exceeded"),
  coded("ERR_INVALID_ARG_TYPE", "the argument must be a string"),
  new IstaNasError("run: no", { code: "E_RUN", cause: coded("ENOSPC", "ENOSPC: no space left on device, write") }),
  "text",
])("%s is none", (error) => expect(systemFailure(error)).toBeNull());
