/**
 * @file What a space's publication measured of its architectures, as a table: what an architecture is worth without training it, beside controls
 * that search nothing.
 */

/** A number for each data set of a benchmark, by its key in `dataSets`. */
export type OfDataSets = Readonly<Record<string, number>>;

/** One architecture of the table, or what all of them come to. */
export interface BenchmarkRow {
  /** Test accuracy in per cent. */
  readonly accuracy: OfDataSets;
  /** Of a mean: over the architectures, per cent. */
  readonly standardDeviation?: OfDataSets;
  /** Of one architecture: 1 for the best of the table. */
  readonly rank?: OfDataSets;
  readonly parameters?: number;
  /** Multiply-accumulates of an image. */
  readonly macs?: number;
}

export interface BenchmarkControl extends BenchmarkRow {
  /** What it is; several where one architecture is more than one control. */
  readonly names: readonly string[];
}

/** Plain data; rows may say more than is asked for here. */
export interface BenchmarkComparison {
  /** How many architectures the table holds: the ranks are among these. */
  readonly rowCount: number;
  /** What was asked for, in that order. */
  readonly architectures: readonly BenchmarkRow[];
  readonly controls: readonly BenchmarkControl[];
}

export interface SpaceBenchmark<Architecture = unknown> {
  /** What its accuracies are, in one line. */
  readonly summary: string;
  /** The names of its data sets, by key, in the order in which they are shown. */
  readonly dataSets: Readonly<Record<string, string>>;
  /** How many architectures the published table holds. */
  readonly rowCount: number;
  /** The published table, a local file of text that may be gzipped. */
  readonly table: URL;
  /**
   * Where `architectures` stand in a table, given as text; of none, the controls alone.
   * @throws E_TABLE for text that is no such table, E_TABLE_CELL for an architecture that it lacks
   */
  compare(table: string, architectures: readonly Architecture[]): BenchmarkComparison;
}
