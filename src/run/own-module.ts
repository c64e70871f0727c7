/** @file Whom to tell of a mistake in a module of one's own: its author, by module and member, rather than us. */
import { IstaNasError } from "../error.ts";
import { systemFailure } from "../files/index.ts";

export interface OwnModule {
  readonly what: "space" | "strategy";
  /** Where it is. */
  readonly path: string;
}

/** What the main export of a module must have, and of which type. */
export type Members = Readonly<Record<string, "string" | "object" | "function" | "boolean">>;

const HINT = "docs/reference/own-parts.md says what a space or a strategy of one's own has to have";

/** `E_MODULE`: what is wrong with a module. */
export function moduleError(
  { what, path }: OwnModule,
  problem: string,
  cause?: unknown,
  hint: string = HINT,
): IstaNasError {
  return new IstaNasError(`--${what}: module ${path}: ${problem}`, { code: "E_MODULE", kind: "usage", hint, cause });
}

/** Throws `E_MODULE` for the first of `members` that `value` lacks. `of`: where it comes from, such as `create(): `. */
export function assertMembers(module: OwnModule, of: string, value: unknown, members: Members): void {
  if (typeof value !== "object" || value === null) throw moduleError(module, `${of}got no object`);
  for (const [name, type] of Object.entries(members)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const got = member === null ? "null" : typeof member;
    if (got === type) continue;
    throw moduleError(module, `${of}${name}: got ${got}, expected ${type === "object" ? "an object" : `a ${type}`}`);
  }
}

/**
 * What `work` returns, which calls `member` of the module.
 * @throws E_MODULE for a mistake; what is told to people, such as what an option may be, is thrown as it is
 */
export function blame<Result>(module: OwnModule, member: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw blamed(module, member, error);
  }
}

/** As `blame`, of a member that takes long. */
export async function blameLater<Result>(
  module: OwnModule,
  member: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw blamed(module, member, error);
  }
}

/** The error to throw in the place of one that `member` of the module threw. */
export function blamed(module: OwnModule, member: string, error: unknown): unknown {
  const isMeant = error instanceof IstaNasError && error.kind !== "internal";
  if (isMeant || systemFailure(error) !== null) return error;
  const message = error instanceof Error ? error.message.replace(/^internal: /, "") : String(error);
  return moduleError(
    module,
    `${member}: ${message}`,
    error,
    "--debug shows where in the module; if it is right, report it",
  );
}

/** `target` with some methods in the place of its own. It may be frozen, and of a class. */
export function withMethods<T extends object>(target: T, methods: Partial<T>): T {
  return Object.create(target, Object.getOwnPropertyDescriptors(methods)) as T;
}
