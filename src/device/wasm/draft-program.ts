/** @file Lowers the parts of a program in turn, and hands out the workspace and scratch that they ask for. */
import { IstaNasError } from "../../error.ts";
import { alignBytes, formatShape, type Node, type OpKind, type Value } from "../../graph/index.ts";
import type { Draft, Lowered, LoweringContext } from "./lowering.ts";
import { LOWERINGS } from "./lowerings/index.ts";
import type { Operand } from "./operand.ts";
import type { ProgramStep } from "./output-time.ts";
import type { ReadingNode } from "./reading.ts";

export interface DraftCall {
  readonly instruction: Draft;
  /** The operation that it belongs to; null for a barrier. */
  readonly source: Node | null;
}

export interface DraftProgram {
  readonly calls: readonly DraftCall[];
  /** Of one half. */
  readonly workspaceBytes: number;
  readonly scratchBytes: number;
}

/** `isPerImage`: of the values of the graph. */
export function draftProgram(steps: readonly ProgramStep[], isPerImage: (value: Value) => boolean): DraftProgram {
  return new Drafter(steps, isPerImage);
}

class Drafter implements DraftProgram {
  readonly calls: DraftCall[] = [];
  workspaceBytes = 0;
  scratchBytes = 0;
  /** What does not depend on the operation. */
  readonly #shared: Omit<LoweringContext<unknown>, "attributes" | "inputs" | "outputs" | "reading">;
  readonly #lowered = new Map<Node, Lowered>();
  #half: 0 | 1 = 0;
  /** Bytes in use of this half. */
  #used = 0;

  constructor(steps: readonly ProgramStep[], isPerImage: (value: Value) => boolean) {
    this.#shared = {
      address: (value, offset = 0) => ({ kind: "value", value, offset }),
      isPerImage,
      workspace: (bytes) => {
        const operand = { kind: "workspace", half: this.#half, offset: this.#used } as const;
        this.#used += alignBytes(bytes);
        this.workspaceBytes = Math.max(this.workspaceBytes, this.#used);
        return operand;
      },
      table: (words) => ({ kind: "table", words, offset: 0 }),
      scratch: (bytes) => {
        this.scratchBytes = Math.max(this.scratchBytes, alignBytes(bytes));
      },
    };
    for (const step of steps) this.#take(step);
  }

  #take(step: ProgramStep): void {
    if (step.kind === "barrier") {
      this.calls.push({ instruction: { share: "barrier" }, source: null });
      this.#half = this.#half === 0 ? 1 : 0;
      this.#used = 0;
      return;
    }
    const { part, node, source } = step;
    const replaced = replacedValues(source, node);
    for (const instruction of this.#lower(source)[part] ?? []) {
      this.calls.push({ instruction: replaced === null ? instruction : substitute(instruction, replaced), source });
    }
  }

  /** Once for each operation, when its first part comes. */
  #lower(node: ReadingNode): Lowered {
    const known = this.#lowered.get(node);
    if (known !== undefined) return known;
    checkChannels(node);
    const lowered = (LOWERINGS[node.kind] as unknown as AnyLowering).lower(this.#context(node));
    this.#lowered.set(node, lowered);
    return lowered;
  }

  #context({ attributes, inputs, outputs, readings }: ReadingNode): LoweringContext<unknown> {
    const reading = readings === undefined ? asItIs : (index: number) => readings.get(index) ?? null;
    return { ...this.#shared, attributes, inputs, outputs, reading };
  }
}

/** How an operation reads its inputs that reads none through another operation. */
function asItIs(): null {
  return null;
}

interface AnyLowering {
  lower(context: LoweringContext<unknown>): Lowered;
}

/** The values of `node` where they are others than those of `source`, by the id of these; null where there are none. */
function replacedValues(source: Node, node: Node): ReadonlyMap<number, Value> | null {
  if (source === node) return null;
  const values = new Map<number, Value>();
  for (const list of ["inputs", "outputs"] as const) {
    if (source[list] === node[list]) continue;
    for (const [k, value] of source[list].entries()) {
      if (node[list][k] !== value) values.set(value.id, node[list][k]!);
    }
  }
  return values.size === 0 ? null : values;
}

/** The same instruction where it, or a table of it, has other values. */
function substitute(instruction: Draft, values: ReadonlyMap<number, Value>): Draft {
  if (instruction.share === "barrier") return instruction;
  const replaced = (operand: Operand): Operand => {
    if (typeof operand === "number") return operand;
    if (operand.kind === "value") {
      const value = values.get(operand.value.id);
      return value === undefined ? operand : { kind: "value", value, offset: operand.offset };
    }
    if (operand.kind !== "table" || operand.words instanceof Float32Array) return operand;
    return { ...operand, words: operand.words.map(replaced) };
  };
  return { ...instruction, args: instruction.args.map(replaced) };
}

/** Where a dense convolution has its input: pictures of 1 or 3 channels may go into it. */
const PICTURE: { readonly [K in OpKind]?: number } = {
  convolution: 0,
  convolutionInputGradient: 2,
  convolutionFilterGradient: 1,
};

/** Channels are the lanes of vectors. */
function checkChannels({ kind, inputs, outputs }: Node): void {
  const picture = PICTURE[kind];
  const exempt = picture === undefined ? undefined : inputs[picture]!.shape[3];
  const isOdd = ({ shape }: Value) => shape.length === 4 && shape[3]! % 4 !== 0 && shape[3] !== exempt;
  const odd = inputs.find(isOdd) ?? outputs.find(isOdd);
  if (odd === undefined) return;
  throw new IstaNasError(`internal: ${kind}: got shape ${formatShape(odd.shape)}, expected a multiple of 4 channels`, {
    code: "E_DEVICE_CHANNELS",
    kind: "internal",
  });
}
