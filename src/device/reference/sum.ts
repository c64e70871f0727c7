import type { SumOps } from "../../graph/index.ts";
import type { KernelsOf, Tensor } from "./kernel.ts";

export const sumKernels: KernelsOf<SumOps> = {
  sum(summands, [output], { coefficients }) {
    addScaled(output!, summands, coefficients);
  },
  weightedSum([weights, ...summands], [output], { entries }) {
    addScaled(
      output!,
      summands,
      entries.map((entry) => weights!.data[entry]!),
    );
  },
  weightedSumInputGradient([weights, cotangent], [output], { entry }) {
    addScaled(output!, [cotangent!], [weights!.data[entry]!]);
  },
  weightedSumWeightGradient([cotangent, ...summands], [output], { entries }) {
    const dy = cotangent!.data;
    const dw = output!.data.fill(0);
    for (const [k, entry] of entries.entries()) {
      const x = summands[k]!.data;
      let product = 0;
      for (let i = 0; i < dy.length; i++) product += dy[i]! * x[i]!;
      dw[entry]! += product;
    }
  },
};

function addScaled(output: Tensor, summands: readonly Tensor[], coefficients: readonly number[]): void {
  const y = output.data.fill(0);
  for (const [k, { data }] of summands.entries()) {
    const coefficient = coefficients[k]!;
    for (let i = 0; i < y.length; i++) y[i]! += coefficient * data[i]!;
  }
}
