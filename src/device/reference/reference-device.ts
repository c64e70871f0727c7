/**
 * @file The reference device: every operation as plain float64 loops, on one thread. It is the oracle of the tests, so
 * it runs inside the planned block as a fast device would, and fills that block with NaN before each run: a kernel that
 * reads what nobody wrote, or a plan that hands out memory too early, shows in the results.
 */
import { IstaNasError } from "../../error.ts";
import {
  createPlan,
  elementCount,
  formatShape,
  type Graph,
  liveNodes,
  type Node,
  type Plan,
  type Value,
} from "../../graph/index.ts";
import type { Device, DeviceArray, Executable, Program } from "../device.ts";
import type { Kernel, Tensor } from "./kernel.ts";
import { KERNELS } from "./kernels.ts";

/**
 * A device of plain loops in float64, for tests: right before fast. It holds nothing until something is written or
 * compiled.
 */
export function createReferenceDevice(): Device {
  return new ReferenceDevice();
}

class ReferenceDevice implements Device {
  readonly name = "reference";
  readonly threads = 1;
  readonly #persistent = new Map<string, Float64Array>();
  readonly #executables = new Set<Executable>();

  async compile({ graph, outputs }: Program): Promise<Executable> {
    for (const { name, shape } of graph.named("persistent")) this.#checkLength(name!, elementCount(shape));
    const wanted = Object.values(outputs);
    const nodes = liveNodes(graph, wanted);
    const steps = nodes.map(({ inputs, outputs }) => ({ values: [...inputs, ...outputs], followsMeeting: true }));
    const plan = createPlan(graph, { steps, outputs: wanted, elementBytes: 8 });
    const block = allocate(plan.peakBytes);
    for (const { name, shape } of graph.named("persistent")) {
      if (!this.#persistent.has(name!)) this.#persistent.set(name!, new Float64Array(elementCount(shape)));
    }
    const tensorOf = (value: Value): Tensor => {
      const { shape, role, name, id } = value;
      if (role === "persistent") return { shape, data: this.#persistent.get(name!)! };
      return { shape, data: new Float64Array(block, plan.offsets.get(id)!, elementCount(shape)) };
    };
    const executable = new ReferenceExecutable({
      block,
      inputs: planInputs(graph, plan.offsets, tensorOf),
      steps: nodes.map((node) => planStep(node, tensorOf)),
      outputs: Object.entries(outputs).map(([name, value]) => [name, tensorOf(value)] as const),
      onRelease: () => this.#executables.delete(executable),
    });
    this.#executables.add(executable);
    return executable;
  }

  write(name: string, values: ArrayLike<number>): void {
    this.#checkLength(name, values.length);
    const known = this.#persistent.get(name);
    if (known === undefined) this.#persistent.set(name, Float64Array.from(values));
    else known.set(values);
  }

  shorten(name: string, values: ArrayLike<number>): void {
    const { length } = this.#valuesOf(name, "shorten");
    if (values.length > length) throw wrongLength(name, values.length, `at most ${length}`);
    if (values.length === 0) this.#persistent.delete(name);
    else this.#persistent.set(name, Float64Array.from(values));
  }

  read(name: string): DeviceArray {
    return this.#valuesOf(name, "read").slice();
  }

  names(): readonly string[] {
    return [...this.#persistent.keys()];
  }

  async close(): Promise<void> {
    for (const executable of [...this.#executables]) executable.release();
    this.#persistent.clear();
  }

  #valuesOf(name: string, what: string): Float64Array {
    const values = this.#persistent.get(name);
    if (values !== undefined) return values;
    throw new IstaNasError(`internal: ${what} ${name}: the device has no persistent value of that name`, {
      code: "E_DEVICE_UNKNOWN_VALUE",
      kind: "internal",
    });
  }

  #checkLength(name: string, length: number): void {
    const known = this.#persistent.get(name)?.length ?? length;
    if (known !== length) throw wrongLength(name, length, `${known} as before`);
  }
}

interface Step {
  readonly kernel: Kernel<unknown>;
  readonly attributes: unknown;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** An input of the graph; without a tensor if no output or update depends on it. */
interface InputPlace {
  readonly shape: Value["shape"];
  readonly tensor: Tensor | null;
}

interface ExecutableParts {
  readonly block: ArrayBuffer;
  readonly inputs: ReadonlyMap<string, InputPlace>;
  readonly steps: readonly Step[];
  readonly outputs: readonly (readonly [string, Tensor])[];
  readonly onRelease: () => void;
}

class ReferenceExecutable implements Executable {
  readonly peakBytes: number;
  #parts: ExecutableParts | null;

  constructor(parts: ExecutableParts) {
    this.peakBytes = parts.block.byteLength;
    this.#parts = parts;
  }

  async run(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<Readonly<Record<string, DeviceArray>>> {
    if (this.#parts === null) {
      throw new IstaNasError("internal: run: the program was released", {
        code: "E_DEVICE_RELEASED",
        kind: "internal",
      });
    }
    const { block, inputs: places, steps, outputs } = this.#parts;
    checkInputs(inputs, places);
    new Float64Array(block).fill(Number.NaN);
    for (const [name, values] of Object.entries(inputs)) places.get(name)!.tensor?.data.set(values);
    for (const { kernel, inputs, outputs, attributes } of steps) kernel(inputs, outputs, attributes);
    return Object.fromEntries(outputs.map(([name, tensor]) => [name, tensor.data.slice()]));
  }

  release(): void {
    this.#parts?.onRelease();
    this.#parts = null;
  }
}

function planInputs(
  graph: Graph,
  offsets: Plan["offsets"],
  tensorOf: (value: Value) => Tensor,
): ReadonlyMap<string, InputPlace> {
  const places = graph.named("input").map((value): [string, InputPlace] => {
    const tensor = offsets.has(value.id) ? tensorOf(value) : null;
    return [value.name!, { shape: value.shape, tensor }];
  });
  return new Map(places);
}

function planStep(node: Node, tensorOf: (value: Value) => Tensor): Step {
  const kernel = KERNELS[node.kind] as Kernel<unknown>;
  return {
    kernel,
    attributes: node.attributes,
    inputs: node.inputs.map(tensorOf),
    outputs: node.outputs.map(tensorOf),
  };
}

function checkInputs(
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  places: ReadonlyMap<string, InputPlace>,
): void {
  for (const [name, { tensor }] of places) {
    if (tensor !== null && inputs[name] === undefined) throw inputError(name, "nothing", "values");
  }
  for (const [name, values] of Object.entries(inputs)) {
    const place = places.get(name);
    if (place === undefined)
      throw inputError(name, "a value", `one of ${[...places.keys()].join(", ") || "no inputs"}`);
    const length = elementCount(place.shape);
    if (values.length !== length) {
      throw inputError(name, `${values.length} numbers`, `${length}, of shape ${formatShape(place.shape)}`);
    }
  }
}

function wrongLength(name: string, got: number, expected: string): IstaNasError {
  return new IstaNasError(`internal: value ${name}: got ${got} elements, expected ${expected}`, {
    code: "E_DEVICE_SHAPE",
    kind: "internal",
  });
}

function inputError(name: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`internal: run, input ${name}: got ${got}, expected ${expected}`, {
    code: "E_DEVICE_INPUT",
    kind: "internal",
  });
}

function allocate(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new IstaNasError(`compile: the program needs ${bytes} bytes, more than could be allocated`, {
      code: "E_DEVICE_MEMORY",
      hint: "use a smaller batch, fewer channels or smaller images",
      cause,
    });
  }
}
