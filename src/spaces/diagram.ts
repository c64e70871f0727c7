/**
 * @file How an architecture is drawn, whatever its space: panels of nodes, each the sum of operations on earlier nodes. Terminal, SVG and page
 * lay out this alone.
 */

/** What an operation is made of, for colours and legends. */
export type OperationFamily = "skip" | "pool" | "separable" | "dilated" | "convolution" | "bottleneck";

/** An input, a node or the output of a panel. */
export interface DiagramPort {
  /** In sentences, such as `c[k-2]` or `node 0`. */
  readonly name: string;
  /** In a small box, with what stands below the line behind it. */
  readonly label: string;
  readonly subscript?: string;
}

/** One operation applied to an earlier node. */
export interface DiagramTerm {
  /** Such as `sep_conv_3x3`. */
  readonly label: string;
  readonly family: OperationFamily;
  /** Index of its input: the panel's inputs come first, then its nodes. */
  readonly source: number;
  /** Whether batch norm absorbed a negative weight of it. */
  readonly isNegative: boolean;
}

export interface DiagramNode extends DiagramPort {
  readonly terms: readonly DiagramTerm[];
}

export interface DiagramPanel {
  readonly name: string;
  /** What the reader must know about it, a few words. */
  readonly remark: string;
  /** What comes from outside. */
  readonly inputs: readonly DiagramPort[];
  readonly nodes: readonly DiagramNode[];
  /** What leaves the panel: indices as `source` counts, concatenated if there are several. */
  readonly output: DiagramPort & { readonly joined: readonly number[] };
}

export interface Diagram {
  readonly panels: readonly DiagramPanel[];
  /** What the space has operations of, whether they are kept or not. */
  readonly families: readonly OperationFamily[];
}
