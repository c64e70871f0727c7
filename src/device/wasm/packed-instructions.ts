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
  const numbers: number[] = [];
  const kernels = new Map<string, number>();
  for (const instruction of instructions) {
    numbers.push(SHARES.indexOf(instruction.share));
    if (instruction.share === "barrier") continue;
    const { kernel, args } = instruction;
    let number = kernels.get(kernel);
    if (number === undefined) {
      number = kernels.size;
      kernels.set(kernel, number);
    }
    numbers.push(number, extentOf(instruction), args.length);
    for (const arg of args) {
      if (typeof arg === "number") numbers.push(arg, PLAIN);
      else numbers.push(arg.local, arg.imageBytes);
    }
  }
  return { kernels: [...kernels.keys()], numbers: Float64Array.from(numbers) };
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
