export type { Diagram, DiagramNode, DiagramPanel, DiagramTerm, OperationFamily } from "./diagram.ts";
export { type Cell, EDGES, formatCell, parseCell } from "./nas-bench-201/cell.ts";
export type { Nb201Macro, Reduction } from "./nas-bench-201/network.ts";
export { OPERATIONS, type Operation } from "./nas-bench-201/operation.ts";
export { nb201Space } from "./nas-bench-201/space.ts";
export { type Nb201Row, Nb201Table } from "./nas-bench-201/table.ts";
export type { SearchSpace } from "./search-space.ts";
