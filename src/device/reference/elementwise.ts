import type { ElementwiseOps } from "../../graph/index.ts";
import type { KernelsOf } from "./kernel.ts";
import { maskCotangent, rectify } from "./rectify.ts";

export const elementwiseKernels: KernelsOf<ElementwiseOps> = {
  relu([input], [output]) {
    output!.data.set(rectify(input!.data, true));
  },
  reluGradient([cotangent, input], [output]) {
    output!.data.set(cotangent!.data);
    maskCotangent(output!.data, input!.data, true);
  },
  relu6([input], [output]) {
    output!.data.set(input!.data.map((value) => Math.min(Math.max(value, 0), 6)));
  },
  relu6Gradient([cotangent, input], [output]) {
    output!.data.set(cotangent!.data.map((value, i) => (input!.data[i]! > 0 && input!.data[i]! < 6 ? value : 0)));
  },
  dropPath([input, factors], [output]) {
    const elements = input!.data.length / factors!.data.length;
    for (let i = 0; i < input!.data.length; i++) {
      output!.data[i] = input!.data[i]! * factors!.data[Math.floor(i / elements)]!;
    }
  },
  constant(_, [output], { value }) {
    output!.data.fill(value);
  },
};
