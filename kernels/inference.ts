/**
 * @file The kernels that a trained network needs, for models that are written as modules: one thread, memory of its own. The calls
 * are those of the `wasm` device.
 */
export { averagePool } from "./average-pool";
export { staticBytes } from "./barrier";
export { batchNormInference } from "./batch-norm";
export { combine } from "./combine";
export { channelSlice, concat } from "./concat";
export { convolution } from "./convolution";
export { depthwise } from "./depthwise-forward";
export { fill, relu, relu6 } from "./elementwise";
export { globalMean } from "./global-mean";
export { linear } from "./linear";
export { maxPool } from "./max-pool";
export { pointwise } from "./pointwise";
