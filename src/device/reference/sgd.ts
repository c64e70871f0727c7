import type { SgdOps } from "../../graph/index.ts";
import type { KernelsOf } from "./kernel.ts";

export const sgdKernels: KernelsOf<SgdOps> = {
  sgd([rate, ...triples], [output], { momentum, weightDecay, clipNorm }) {
    let squares = 0;
    for (let i = 1; i < triples.length; i += 3) for (const g of triples[i]!.data) squares += g * g;
    const norm = Math.sqrt(squares);
    output!.data[0] = norm;
    if (!Number.isFinite(norm)) return;
    const clip = clipNorm === 0 ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
    for (let i = 0; i < triples.length; i += 3) {
      const parameter = triples[i]!.data;
      const gradient = triples[i + 1]!.data;
      const velocity = triples[i + 2]!.data;
      for (let k = 0; k < parameter.length; k++) {
        velocity[k] = momentum * velocity[k]! + clip * gradient[k]! + weightDecay * parameter[k]!;
        parameter[k]! -= rate!.data[0]! * velocity[k]!;
      }
    }
  },
};
