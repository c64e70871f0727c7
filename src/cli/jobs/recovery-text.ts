/** @file One line that says what a recovery kept. */
import type { RecoveredGroup } from "../../search/index.ts";
import type { SearchSpace } from "../../space/index.ts";

const SHORT: Readonly<Record<string, string>> = {
  max_pool_3x3: "max3",
  avg_pool_3x3: "avg3",
  skip_connect: "skip",
  sep_conv_3x3: "sep3",
  sep_conv_5x5: "sep5",
  dil_conv_3x3: "dil3",
  dil_conv_5x5: "dil5",
};

/**
 * For example `  normal  skip@0+sep3@1 ...`: the picks of each node by short name and source, * where the support changed, = where the
 * group is frozen.
 */
export function formatRecovery(
  groups: readonly RecoveredGroup[],
  space: SearchSpace,
  frozen: readonly boolean[] = [],
): string {
  const byCell = { normal: [] as string[], reduce: [] as string[] };
  for (const [index, { support, changed }] of groups.entries()) {
    const group = space.groups[index]!;
    const picks = support.map((k) => `${SHORT[group.candidates[k]!.primitive]}@${group.candidates[k]!.source}`);
    byCell[group.cell].push(`${picks.join("+")}${changed ? "*" : ""}${frozen[index] === true ? "=" : ""}`);
  }
  return `  normal ${byCell.normal.join("  ")} | reduce ${byCell.reduce.join("  ")}`;
}
