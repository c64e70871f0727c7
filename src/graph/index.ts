export { differentiate } from "./differentiate.ts";
export { Graph, type Node, type NodeOf, type Value, type ValueRole } from "./graph.ts";
export type { OpRule } from "./op-rule.ts";
export { OP_RULES, type OpAttributes, type OpKind } from "./ops/index.ts";
export { createPlan, type Plan, type PlanOptions } from "./plan.ts";
export { elementCount, formatShape, type Shape, windowCount } from "./shape.ts";
