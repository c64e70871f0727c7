/** @file Lowers the parts of a program in turn, and hands out the tables, workspace and scratch that they ask for. */
import { IstaNasError } from "../../error.ts";
import { alignBytes, formatShape, type Node, type OpKind, type Value } from "../../graph/index.ts";
import type { Draft, Lowered, LoweringContext } from "./lowering.ts";
import { LOWERINGS } from "./lowerings/index.ts";
import type { Operand } from "./operand.ts";
import type { ProgramStep } from "./output-time.ts";

const WORD_BYTES = 4;

export interface DraftCall {
  readonly instruction: Draft;
  /** The operation that it belongs to; null for a barrier. */
  readonly source: Node | null;
}

export interface DraftProgram {
  readonly calls: readonly DraftCall[];
  /** Constants: words of 32 bits, in the order of their offsets. */
  readonly tables: readonly { readonly offset: number; readonly words: Float32Array | readonly Operand[] }[];
  readonly tableBytes: number;
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
  readonly tables: { readonly offset: number; readonly words: Float32Array | readonly Operand[] }[] = [];
  tableBytes = 0;
  workspaceBytes = 0;
  scratchBytes = 0;
  readonly #isPerImage: (value: Value) => boolean;
  readonly #lowered = new Map<Node, Lowered>();
  #half: 0 | 1 = 0;
  /** Bytes in use of this half. */
  #used = 0;

  constructor(steps: readonly ProgramStep[], isPerImage: (value: Value) => boolean) {
    this.#isPerImage = isPerImage;
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
    for (const instruction of this.#lower(source, node)[part] ?? []) {
      this.calls.push({ instruction: substitute(instruction, source, node), source });
    }
  }

  /** Once for each operation, when its first part comes; its tables hold the values of that part. */
  #lower(source: Node, node: Node): Lowered {
    const known = this.#lowered.get(source);
    if (known !== undefined) return known;
    checkChannels(source);
    const lowered = (LOWERINGS[source.kind] as unknown as AnyLowering).lower(this.#context(source, node));
    this.#lowered.set(source, lowered);
    return lowered;
  }

  #context(source: Node, replaced: Node): LoweringContext<unknown> {
    return {
      attributes: source.attributes,
      inputs: source.inputs,
      outputs: source.outputs,
      address: (value, offset = 0) => ({ kind: "value", value, offset }),
      isPerImage: this.#isPerImage,
      workspace: (bytes) => {
        const operand = { kind: "workspace", half: this.#half, offset: this.#used } as const;
        this.#used += alignBytes(bytes);
        this.workspaceBytes = Math.max(this.workspaceBytes, this.#used);
        return operand;
      },
      table: (words) => {
        const operand = { kind: "table", index: this.tables.length, offset: 0 } as const;
        const listed = words instanceof Float32Array ? words : substituteValues(words, source, replaced);
        this.tables.push({ offset: this.tableBytes, words: listed });
        this.tableBytes += alignBytes(words.length * WORD_BYTES);
        return operand;
      },
      scratch: (bytes) => {
        this.scratchBytes = Math.max(this.scratchBytes, alignBytes(bytes));
      },
    };
  }
}

interface AnyLowering {
  lower(context: LoweringContext<unknown>): Lowered;
}

/** The same instruction on the values of `node` where it has those of `source`. */
function substitute(instruction: Draft, source: Node, node: Node): Draft {
  if (instruction.share === "barrier") return instruction;
  return { ...instruction, args: substituteValues(instruction.args, source, node) };
}

function substituteValues(operands: readonly Operand[], source: Node, node: Node): readonly Operand[] {
  const values = new Map<number, Value>();
  for (const list of ["inputs", "outputs"] as const) {
    for (const [k, { id }] of source[list].entries()) values.set(id, node[list][k]!);
  }
  return operands.map((operand) => {
    if (typeof operand === "number" || operand.kind !== "value") return operand;
    return { ...operand, value: values.get(operand.value.id)! };
  });
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
  const images = [...inputs, ...outputs].filter(({ shape }) => shape.length === 4);
  const odd = images.find(({ shape }) => shape[3]! % 4 !== 0 && shape[3] !== exempt);
  if (odd === undefined) return;
  throw new IstaNasError(`internal: ${kind}: got shape ${formatShape(odd.shape)}, expected a multiple of 4 channels`, {
    code: "E_DEVICE_CHANNELS",
    kind: "internal",
  });
}
