/** @file A recovery as the page reads it, and what it says of the cells. */
import type { OneStageRecovery, RecoveredGroup } from "../../src/search/index.ts";
import { type CellKind, type Connection, type DartsCells, dartsCells } from "../../src/spaces/darts/index.ts";

/** Of either strategy; runs of older versions lack what came later. */
export type Recovery = Pick<OneStageRecovery, "epoch" | "groups"> &
  Partial<Pick<OneStageRecovery, "frozen" | "isAccepted" | "parameters" | "macs" | "distances">> & {
    readonly time: string;
    readonly exploration: OneStageRecovery["exploration"] | null;
  };

/** The space whose groups a recovery tells of. */
export function spaceOf(recovery: Recovery): DartsCells {
  const intermediateCount = Math.max(1, recovery.groups.length / 2);
  return dartsCells({
    intermediateCount,
    sparsity: Math.max(1, ...recovery.groups.map(({ support }) => support.length)),
  });
}

/** The value of a candidate before the code was truncated; of older runs only what was kept is known. */
export function codeAt(group: RecoveredGroup, candidate: number): number | null {
  const full = (group.fullCode as readonly number[] | undefined)?.[candidate];
  if (full !== undefined) return full;
  const place = group.support.indexOf(candidate);
  return place < 0 ? null : group.code[place]!;
}

/** A kept candidate of a node. */
export interface KeptCandidate extends Connection {
  readonly node: number;
  readonly weight: number;
  /** Whether it was not there before. */
  readonly isNew: boolean;
}

/** What the nodes of one cell keep, node by node; compared with `before`, if there is one. */
export function picksOf(
  recovery: Recovery,
  cell: CellKind,
  before: Recovery | null,
): readonly (readonly KeptCandidate[])[] {
  const space = spaceOf(recovery);
  return space.groups.flatMap(({ cell: owner, node, candidates }, index) => {
    if (owner !== cell) return [];
    const { support, edgeWeights } = recovery.groups[index]!;
    const old = before?.groups[index]?.support;
    return [
      support.map((candidate, place) => ({
        ...candidates[candidate]!,
        node,
        weight: edgeWeights[place]!,
        isNew: old !== undefined && !old.includes(candidate),
      })),
    ];
  });
}

/** What one cell no longer keeps. */
export function droppedOf(recovery: Recovery, cell: CellKind, before: Recovery | null): readonly KeptCandidate[] {
  if (before === null) return [];
  const now = picksOf(recovery, cell, null).flat();
  return picksOf(before, cell, null)
    .flat()
    .filter((old) => !now.some((pick) => samePick(pick, old)));
}

export function samePick(
  a: Omit<KeptCandidate, "weight" | "isNew">,
  b: Omit<KeptCandidate, "weight" | "isNew">,
): boolean {
  return a.node === b.node && a.source === b.source && a.primitive === b.primitive;
}

/** All intermediate nodes: what a searched cell joins. */
export function concatOf(picks: readonly (readonly KeptCandidate[])[]): readonly number[] {
  return picks.map((_, node) => node + 2);
}

/** A cell input or node by its source number. */
export function sourceName(source: number): string {
  return source < 2 ? `c(k−${2 - source})` : `node ${source - 2}`;
}
