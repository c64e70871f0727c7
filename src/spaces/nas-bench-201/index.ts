export { type Cell, EDGES, formatCell, parseCell } from "./cell.ts";
export { nb201Kind } from "./kind.ts";
export type { Nb201Macro, Reduction } from "./network.ts";
export { OPERATIONS, type Operation } from "./operation.ts";
export { nb201Space } from "./space.ts";
export { type Nb201Row, Nb201Table } from "./table.ts";
