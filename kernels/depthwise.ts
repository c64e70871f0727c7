/** @file Depthwise convolution and its gradients. */
export * from "./depthwise-filter-gradient";
export { depthwise } from "./depthwise-forward";
export * from "./depthwise-input-gradient";
export * from "./group-sum";
