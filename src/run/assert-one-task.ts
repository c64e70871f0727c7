import { IstaNasError } from "../error.ts";
import type { RunClassifier } from "./trained-model.ts";

/** Throws `E_EXPORT_TASKS` for a network of several tasks where `form`, such as `--to module`, tells one. */
export function assertOneTask({ folder, config }: RunClassifier, form: string): void {
  const { data, otherTasks = [] } = config;
  if (otherTasks.length === 0) return;
  throw new IstaNasError(`export ${form}: run ${folder.name}: got tasks ${data.tasks!.join(", ")}, expected one`, {
    code: "E_EXPORT_TASKS",
    kind: "usage",
    hint: "export it as ONNX, which has outputs for each task, or train a network of one task",
  });
}
