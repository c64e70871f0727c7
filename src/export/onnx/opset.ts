/**
 * @file Versions of the ONNX operator set that models are written in. All operators of ours mean the same in each: an
 * older one only says that older programs know it (docs/decisions/0012-opset-13.md).
 */
import { IstaNasError } from "../../error.ts";

/** The IR version that each operator set came with: what an old program accepts. */
const IR_VERSIONS: Readonly<Record<number, number>> = { 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8 };

export const DEFAULT_OPSET = 13;

/** The IR version of a model of this operator set. Throws `E_ONNX_OPSET` for one that models are not written in. */
export function irVersionOf(opset: number): number {
  const version = IR_VERSIONS[opset];
  if (version === undefined) {
    throw new IstaNasError(`onnx: operator set: got ${opset}, expected 11 to 17`, {
      code: "E_ONNX_OPSET",
      kind: "usage",
    });
  }
  return version;
}
