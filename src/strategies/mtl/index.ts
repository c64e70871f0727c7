export { GateLogits } from "./gate-logits.ts";
export { gateEntropy, gateEntropySlope, relaxedBernoulli, sigmoid } from "./gates.ts";
export { gatedStepOptions } from "./mtl-search.ts";
