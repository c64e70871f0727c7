/**
 * @file How an architecture is drawn, whatever its space: panels of nodes, each the sum of operations on earlier nodes. Terminal, SVG and page
 * lay out this alone.
 */

/** What an operation is made of, for colours and legends. */
export type OperationFamily = "pool" | "skip" | "separable" | "dilated" | "convolution" | "bottleneck" | "none";

/** One operation applied to an earlier node. */
export interface DiagramTerm {
  /** Such as `sep_conv_3x3`. */
  readonly label: string;
  readonly family: OperationFamily;
  /** Index of its input: the panel's inputs come first, then its nodes. */
  readonly source: number;
  /** The candidate that it is: index of its group, and its name there. */
  readonly group: number;
  readonly candidate: string;
}

export interface DiagramNode {
  readonly name: string;
  readonly terms: readonly DiagramTerm[];
}

export interface DiagramPanel {
  readonly name: string;
  /** What the reader must know about it, a few words. */
  readonly remark: string;
  /** Names of what comes from outside. */
  readonly inputs: readonly string[];
  readonly nodes: readonly DiagramNode[];
  /** What leaves the panel: `joined` are indices as `source` counts, concatenated if there are several. */
  readonly output: { readonly name: string; readonly joined: readonly number[] };
}

export interface Diagram {
  readonly panels: readonly DiagramPanel[];
}
