/**
 * @file Instructions as one row of numbers: what is posted to every thread for each program. Numbers are copied at once, where a list of objects is
 * walked through entry by entry, once for each thread.
 */
import type { Instruction, LocalAddress } from "./instruction.ts";

export interface PackedInstructions {
  /** Kernels by the number that stands for each. */
  readonly kernels: readonly string[];
  /**
   * Of each instruction the position of its share among `SHARES`; unless it is a barrier the kernel, the images or the count (0 where there are
   * none), the number of arguments, and for each argument the address and the bytes of an image if it is local, else the argument and `PLAIN`.
   */
  readonly numbers: Float64Array<ArrayBuffer>;
}

const SHARES = ["images", "groups", "items", "every", "barrier"] as const satisfies readonly Instruction["share"][];

/** Stands for the bytes of an image where an argument is not local. */
const PLAIN = -1;

export function packInstructions(instructions: readonly Instruction[]): PackedInstructions {
  const kernels = new Map<string, number>();
  let length = 0;
  for (const instruction of instructions)
    length += instruction.share === "barrier" ? 1 : 4 + 2 * instruction.args.length;
  const numbers = new Float64Array(length);
  let at = 0;
  for (const instruction of instructions) {
    numbers[at++] = SHARES.indexOf(instruction.share);
    if (instruction.share === "barrier") continue;
    const { kernel, args } = instruction;
    if (!kernels.has(kernel)) kernels.set(kernel, kernels.size);
    numbers[at++] = kernels.get(kernel)!;
    numbers[at++] = extentOf(instruction);
    numbers[at++] = args.length;
    for (const arg of args) {
      const isPlain = typeof arg === "number";
      numbers[at++] = isPlain ? arg : arg.local;
      numbers[at++] = isPlain ? PLAIN : arg.imageBytes;
    }
  }
  return { kernels: [...kernels.keys()], numbers };
}

export function unpackInstructions({ kernels, numbers }: PackedInstructions): readonly Instruction[] {
  const instructions: Instruction[] = [];
  for (let at = 0; at < numbers.length; ) {
    const share = SHARES[numbers[at++]!]!;
    if (share === "barrier") {
      instructions.push({ share });
      continue;
    }
    const kernel = kernels[numbers[at++]!]!;
    const extent = numbers[at++]!;
    const end = at + 1 + 2 * numbers[at]!;
    const args: (number | LocalAddress)[] = [];
    for (at++; at < end; at += 2) {
      const [value, imageBytes] = [numbers[at]!, numbers[at + 1]!];
      args.push(imageBytes === PLAIN ? value : { local: value, imageBytes });
    }
    if (share === "every") instructions.push({ share, kernel, args: args });
    else if (share === "items") instructions.push({ share, kernel, args: args, count: extent });
    else instructions.push({ share, kernel, args, images: extent });
  }
  return instructions;
}

function extentOf(instruction: Exclude<Instruction, { share: "barrier" }>): number {
  if (instruction.share === "every") return 0;
  return instruction.share === "items" ? instruction.count : instruction.images;
}
