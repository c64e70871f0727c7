/** @file One line that says what a recovery kept. */
import type { RecoveredGroup } from "../../search/index.ts";
import type { DartsCells } from "../../spaces/darts/index.ts";
import { formatPick } from "./supports-text.ts";

/**
 * For example `  normal  skip@0+sep3@1 ...`: the picks of each node by short name and source, * where the support changed, = where the
 * group is frozen.
 */
export function formatRecovery(
  groups: readonly RecoveredGroup[],
  space: DartsCells,
  frozen: readonly boolean[] = [],
): string {
  const byCell = { normal: [] as string[], reduce: [] as string[] };
  for (const [index, { support, changed }] of groups.entries()) {
    const group = space.groups[index]!;
    const picks = support.map((k) => formatPick(group.candidates[k]!));
    byCell[group.cell].push(`${picks.join("+")}${changed ? "*" : ""}${frozen[index] === true ? "=" : ""}`);
  }
  return `  normal ${byCell.normal.join("  ")} | reduce ${byCell.reduce.join("  ")}`;
}
