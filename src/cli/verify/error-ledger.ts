/** @file The worst error of each group of comparisons, and which case it came from. */

export interface LedgerRow {
  readonly group: string;
  readonly limit: number;
  readonly comparisons: number;
  readonly worst: number;
  readonly worstCase: string;
  /** Cases beyond the limit. */
  readonly failures: readonly string[];
}

interface MutableRow {
  group: string;
  limit: number;
  comparisons: number;
  worst: number;
  worstCase: string;
  failures: string[];
}

export class ErrorLedger {
  readonly #rows = new Map<string, MutableRow>();

  get rows(): readonly LedgerRow[] {
    return [...this.#rows.values()];
  }

  /** True if no case went beyond its limit. */
  get passed(): boolean {
    return this.rows.every(({ failures }) => failures.length === 0);
  }

  /** Takes over the groups of `other`, in place of its own of the same name. */
  merge(other: ErrorLedger): void {
    for (const [group, row] of other.#rows) this.#rows.set(group, row);
  }

  /**
   * Largest difference over the largest expected magnitude, or over `scale` if that is larger. Anything that is not
   * finite, or of another length, counts as infinite.
   */
  relative(
    group: string,
    limit: number,
    name: string,
    got: ArrayLike<number>,
    expected: ArrayLike<number>,
    scale = 0,
  ): void {
    let [difference, magnitude] = [0, scale];
    for (let i = 0; i < expected.length; i++) {
      difference = worse(difference, Math.abs(got[i]! - expected[i]!));
      magnitude = Math.max(magnitude, Math.abs(expected[i]!));
    }
    this.#record(group, limit, name, got.length === expected.length ? difference / (magnitude || 1) : Infinity);
  }

  /** Largest difference. */
  absolute(group: string, limit: number, name: string, got: ArrayLike<number>, expected: ArrayLike<number>): void {
    let difference = 0;
    for (let i = 0; i < expected.length; i++) difference = worse(difference, Math.abs(got[i]! - expected[i]!));
    this.#record(group, limit, name, got.length === expected.length ? difference : Infinity);
  }

  #record(group: string, limit: number, name: string, error: number): void {
    const row = this.#rows.get(group) ?? { group, limit, comparisons: 0, worst: 0, worstCase: name, failures: [] };
    this.#rows.set(group, row);
    row.comparisons++;
    if (error > row.worst) {
      row.worst = error;
      row.worstCase = name;
    }
    if (error > limit) row.failures.push(`${name} (${error.toExponential(1)} > ${limit})`);
  }
}

function worse(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? (Number.isNaN(b) ? Infinity : b) : a;
}
