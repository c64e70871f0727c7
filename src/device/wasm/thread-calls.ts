/**
 * @file What one thread does of a program: its share of every instruction as calls with all their arguments. Instructions by images
 * that follow each other are done for one group of images after the other, so that what one of them wrote is still in
 * the cache when the next one reads it. After each barrier the groups are walked the other way round: the last ones before
 * it are in the cache still.
 */
import { groupCount, type Instruction, type LocalAddress } from "./instruction.ts";

export interface ThreadCall {
  /** Position of the instruction. */
  readonly index: number;
  /** Null where all threads meet. */
  readonly kernel: string | null;
  readonly args: readonly number[];
}

/**
 * @param scratch address of this thread's scratch
 */
export function threadCalls(
  instructions: readonly Instruction[],
  scratch: number,
  thread: number,
  threads: number,
): readonly ThreadCall[] {
  const shareOf = (count: number) =>
    [Math.floor((thread * count) / threads), Math.floor(((thread + 1) * count) / threads)] as const;
  const calls: ThreadCall[] = [];
  /** For each instruction of a run its calls, one a group. */
  let run: ThreadCall[][] = [];
  let runImages = 0;
  let isBackwards = false;
  const endRun = () => {
    const groups = [...(run[0] ?? []).keys()];
    for (const group of isBackwards ? groups.reverse() : groups) for (const part of run) calls.push(part[group]!);
    run = [];
  };
  for (const [index, instruction] of instructions.entries()) {
    if (instruction.share === "images" || instruction.share === "groups") {
      if (instruction.images !== runImages) endRun();
      runImages = instruction.images;
      const [first, end] = shareOf(groupCount(runImages));
      run.push(groupCalls(index, instruction, scratch, first, end));
      continue;
    }
    endRun();
    if (instruction.share === "barrier") {
      calls.push({ index, kernel: null, args: [] });
      isBackwards = !isBackwards;
      continue;
    }
    const { kernel } = instruction;
    const args = [scratch, ...instruction.args.map(expectNumber)];
    if (instruction.share === "every") {
      calls.push({ index, kernel, args: [...args, thread] });
      continue;
    }
    const [first, end] = shareOf(instruction.count);
    if (first < end) calls.push({ index, kernel, args: [...args, first, end] });
  }
  endRun();
  return calls;
}

function groupCalls(
  index: number,
  { share, kernel, args, images }: Extract<Instruction, { share: "images" | "groups" }>,
  scratch: number,
  firstGroup: number,
  endGroup: number,
): ThreadCall[] {
  const groups = groupCount(images);
  const startOf = (group: number) => Math.floor((group * images) / groups);
  return Array.from({ length: endGroup - firstGroup }, (_, k) => {
    const group = firstGroup + k;
    const first = startOf(group);
    // Kernels add what lies before their first image: it is taken off here.
    const placed = args.map((arg) => (typeof arg === "number" ? arg : scratch + arg.local - first * arg.imageBytes));
    const leading = share === "groups" ? [scratch, ...placed, group] : [scratch, ...placed];
    return { index, kernel, args: [...leading, first, startOf(group + 1)] };
  });
}

function expectNumber(arg: number | LocalAddress): number {
  if (typeof arg === "number") return arg;
  throw new Error("internal: an instruction that is not by images has a local address");
}
