/**
 * @file What a search may choose, in the terms that every search speaks: groups of candidates, of which a few each are kept. What a candidate
 * stands for, its space alone knows.
 */

export interface Candidate {
  /** Unique in its group, such as `sep_conv_3x3@0`. */
  readonly name: string;
  /** The same in a few letters, such as `sep3@0`. */
  readonly label: string;
  /** What a training step of it takes, to be compared with others of its group alone; 0 for what computes nothing. */
  readonly cost: number;
}

/** One choice: at most `sparsity` of the candidates are kept. */
export interface ChoiceGroup {
  /** Unique in its space, such as `normal/node0`; what stands before a bar is the part of the network that it belongs to. */
  readonly name: string;
  readonly candidates: readonly Candidate[];
  readonly sparsity: number;
}

/** For each group the candidates that it keeps, by index, ascending. */
export type Supports = readonly (readonly number[])[];

/** How many architectures the groups hold: the product of C(candidates, sparsity). */
export function spaceSize(groups: readonly ChoiceGroup[]): bigint {
  let size = 1n;
  for (const group of groups) size *= binomial(group.candidates.length, group.sparsity);
  return size;
}

function binomial(count: number, chosen: number): bigint {
  let result = 1n;
  for (let i = 1; i <= chosen; i++) result = (result * BigInt(count - chosen + i)) / BigInt(i);
  return result;
}
