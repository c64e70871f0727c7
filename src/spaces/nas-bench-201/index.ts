export { NB201_BASELINES } from "./baselines.ts";
export { type Cell, EDGES, formatCell, parseCell } from "./cell.ts";
export {
  compareWithControls,
  NB201_DATA_SETS,
  type Nb201Comparison,
  type Nb201Standing,
} from "./compare-with-controls.ts";
export { nb201Kind } from "./kind.ts";
export { buildOperation, buildReduction, type Nb201Macro, nb201Network, type Reduction } from "./network.ts";
export { isOperation, OPERATIONS, type Operation } from "./operation.ts";
export { nb201Space } from "./space.ts";
export { type Nb201Row, Nb201Table } from "./table.ts";
