/** What the outputs of a task are called; the first task of a model has no name in them. */
export function outputNames(task?: string): { readonly logits: string; readonly probabilities: string } {
  const suffix = task === undefined ? "" : `_${task}`;
  return { logits: `logits${suffix}`, probabilities: `probabilities${suffix}` };
}
