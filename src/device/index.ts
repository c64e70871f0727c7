export type { Device, DeviceArray, Executable, Program } from "./device.ts";
export { createReferenceDevice } from "./reference/reference-device.ts";
export {
  ARITHMETICS,
  type Arithmetic,
  availableArithmetics,
  defaultArithmetic,
  type FusedArithmetic,
  fusedArithmetic,
} from "./wasm/arithmetic.ts";
export { inferenceKernels } from "./wasm/artifacts.ts";
export { type KernelProgram, kernelProgram, type MemoryPlace } from "./wasm/kernel-program.ts";
export { PlanningDevice } from "./wasm/planning-device.ts";
export { type VectorPairs, vectorPairs } from "./wasm/vector-pairs.ts";
export { assertWasmDevice, createWasmDevice, threadCount, type WasmDeviceOptions } from "./wasm/wasm-device.ts";
