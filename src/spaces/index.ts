export type {
  Diagram,
  DiagramNode,
  DiagramPanel,
  DiagramPort,
  DiagramTerm,
  OperationFamily,
} from "./diagram.ts";
export { BLOCKS, type Block, type LayerChoice } from "./mobile/block.ts";
export type { Chain } from "./mobile/chain.ts";
export type { MobileMacro } from "./mobile/network.ts";
export { mobileSpace } from "./mobile/space.ts";
export { CHAIN_SHAPES, type ChainShape, type Stage } from "./mobile/stages.ts";
export { type Cell, EDGES, formatCell, parseCell } from "./nas-bench-201/cell.ts";
export type { Nb201Macro, Reduction } from "./nas-bench-201/network.ts";
export { OPERATIONS, type Operation } from "./nas-bench-201/operation.ts";
export { nb201Space } from "./nas-bench-201/space.ts";
export { type Nb201Row, Nb201Table } from "./nas-bench-201/table.ts";
export type { SearchSpace } from "./search-space.ts";
