import type { LinearOps } from "../../graph/index.ts";
import type { KernelsOf } from "./kernel.ts";

export const linearKernels: KernelsOf<LinearOps> = {
  linear([input, weight, bias], [output]) {
    const [images, features] = input!.shape as [number, number];
    const classes = bias!.data.length;
    for (let n = 0; n < images; n++) {
      for (let k = 0; k < classes; k++) {
        let total = bias!.data[k]!;
        for (let c = 0; c < features; c++) total += input!.data[n * features + c]! * weight!.data[c * classes + k]!;
        output!.data[n * classes + k] = total;
      }
    }
  },
  linearInputGradient([cotangent, weight], [output]) {
    const [images, features] = output!.shape as [number, number];
    const classes = cotangent!.shape[1]!;
    for (let n = 0; n < images; n++) {
      for (let c = 0; c < features; c++) {
        let total = 0;
        for (let k = 0; k < classes; k++) total += cotangent!.data[n * classes + k]! * weight!.data[c * classes + k]!;
        output!.data[n * features + c] = total;
      }
    }
  },
  linearWeightGradient([cotangent, input], [output]) {
    const [images, features] = input!.shape as [number, number];
    const classes = cotangent!.shape[1]!;
    for (let c = 0; c < features; c++) {
      for (let k = 0; k < classes; k++) {
        let total = 0;
        for (let n = 0; n < images; n++) total += input!.data[n * features + c]! * cotangent!.data[n * classes + k]!;
        output!.data[c * classes + k] = total;
      }
    }
  },
  linearBiasGradient([cotangent], [output]) {
    const [images, classes] = cotangent!.shape as [number, number];
    for (let k = 0; k < classes; k++) {
      let total = 0;
      for (let n = 0; n < images; n++) total += cotangent!.data[n * classes + k]!;
      output!.data[k] = total;
    }
  },
};
