/** @file What tasks are called: names of columns and of model outputs at once. */
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";

/** The name without what spellings of it differ in: capitals, blanks, `_` and `-`. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** `E_DATA_TASKS`: the data at `path` do not have the tasks that were asked for. */
export function tasksError(path: string, reason: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(path)}: tasks: ${reason}`, {
    code: "E_DATA_TASKS",
    kind: "usage",
    hint,
  });
}
