/**
 * @file The kernels of the `wasm` device. Each takes byte addresses in the shared memory; the first is the scratch of
 * the calling thread. How a kernel is called, and by which thread for which images, says
 * src/device/wasm/instruction.ts. Every sum has one order that depends on shapes alone. They are built
 * twice, and no instruction of the separate build has a result that depends on the machine; the fused build has one, the multiply-add, and is used
 * where it rounds once.
 */
export * from "./average-pool";
export * from "./barrier";
export * from "./batch-norm";
export * from "./batch-norm-gradient";
export * from "./combine";
export * from "./concat";
export * from "./convolution";
export * from "./cross-entropy";
export * from "./depthwise";
export * from "./elementwise";
export * from "./global-mean";
export * from "./inner-products";
export * from "./linear";
export * from "./max-pool";
export * from "./max-pool-gradient";
export * from "./pointwise";
export * from "./sgd";
