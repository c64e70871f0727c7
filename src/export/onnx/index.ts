export { checkClassNames } from "./check-class-names.ts";
export { type EncodeOnnxOptions, encodeOnnx } from "./encode.ts";
export { type ModelInputShape, type OnnxMetadata, readOnnxMetadata } from "./metadata.ts";
export type { Normalisation } from "./normalisation.ts";
export { checkParity, type ParityOptions, type ParityReport } from "./parity.ts";
export { encodeMessage, type Field, type MessageType } from "./protocol-buffer.ts";
export { RuntimeUnavailable } from "./runtime-unavailable.ts";
export { type OnnxOutputs, type OnnxSession, type OnnxSessionOptions, openOnnx } from "./session.ts";
