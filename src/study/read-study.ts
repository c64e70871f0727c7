/** @file Reads a study from a file, JSON or a module whose main export it is. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { IstaNasError } from "../error.ts";
import { MOST_JSON_BYTES, parseJson, readInputFile, UnreadableFile, UnreadableJson } from "../files/index.ts";
import { type StudyFile, studyFileSchema } from "./study-file.ts";

/** Whether what was typed names a file rather than a study of the package. */
export function namesStudyFile(text: string): boolean {
  return /\.(json|mjs|js)$/.test(text) || text.includes("/");
}

/** Throws `E_STUDY_FILE` for what cannot be read, and for what is no study: where in it, what was got and what was expected. */
export async function readStudy(path: string): Promise<StudyFile> {
  const value = /\.m?js$/.test(path) ? await fromModule(path) : fromJson(path);
  const { success, data, error } = studyFileSchema.safeParse(value);
  if (success) return data;
  const issue = deepest(error.issues[0]!);
  const place = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw wrong(path, `${place}${issue.message}`);
}

function fromJson(path: string): unknown {
  try {
    return parseJson(readInputFile(path, MOST_JSON_BYTES));
  } catch (cause) {
    if (cause instanceof UnreadableFile || cause instanceof UnreadableJson) throw wrong(path, cause.message, cause);
    throw cause;
  }
}

async function fromModule(path: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown }).default;
  } catch (cause) {
    throw wrong(path, `cannot be loaded: ${(cause as Error).message}`, cause);
  }
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

/** Of a union the complaint of the form that came furthest says more than that none fits. */
function deepest(issue: Issue): Issue {
  const inner = (issue.errors ?? []).flatMap((issues) => issues.map(deepest));
  const furthest = inner.reduce<Issue | null>(
    (best, one) => (best === null || one.path.length > best.path.length ? one : best),
    null,
  );
  return furthest === null ? issue : { ...furthest, path: [...issue.path, ...furthest.path] };
}

function wrong(path: string, what: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`study ${path}: ${what}`, {
    code: "E_STUDY_FILE",
    kind: "usage",
    hint: "schemas/study.schema.json says what a study holds, docs/reference/study.md shows one",
    ...(cause === undefined ? {} : { cause }),
  });
}
