export type { Device, DeviceArray, Executable, Program } from "./device.ts";
export { createReferenceDevice } from "./reference/reference-device.ts";
