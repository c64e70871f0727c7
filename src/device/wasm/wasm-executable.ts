/** @file A compiled program of the `wasm` device: writes the inputs, lets the threads run, copies the outputs. */
import { IstaNasError } from "../../error.ts";
import { elementCount, formatShape } from "../../graph/index.ts";
import type { DeviceArray, Executable, Program } from "../device.ts";
import type { CompiledProgram } from "./compile-program.ts";
import type { SharedMemory } from "./shared-memory.ts";
import type { WorkerPool } from "./worker-pool.ts";

interface ExecutableParts {
  readonly memory: SharedMemory;
  readonly pool: WorkerPool;
  /** The name of the program among the threads. */
  readonly id: number;
  readonly onRelease: () => void;
}

/** A named range of floats. */
interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  /** Null for an input that nothing depends on. */
  readonly address: number | null;
}

export class WasmExecutable implements Executable {
  readonly peakBytes: number;
  readonly #parts: ExecutableParts;
  readonly #tables: Uint8Array;
  readonly #tablesAddress: number;
  readonly #inputs: ReadonlyMap<string, Place>;
  readonly #outputs: readonly Place[];
  #isReleased = false;

  constructor({ graph, outputs }: Program, compiled: CompiledProgram, parts: ExecutableParts) {
    this.peakBytes = compiled.blockBytes;
    this.#parts = parts;
    this.#tables = compiled.tables;
    this.#tablesAddress = compiled.tablesAddress;
    const inputs = graph.named("input").map(({ id, name, shape }): [string, Place] => {
      return [name!, { name: name!, shape, address: compiled.inputs.get(id) ?? null }];
    });
    this.#inputs = new Map(inputs);
    this.#outputs = Object.entries(outputs).map(([name, value]) => {
      return { name, shape: value.shape, address: compiled.address(value) };
    });
  }

  async run(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<Readonly<Record<string, DeviceArray>>> {
    if (this.#isReleased) {
      throw new IstaNasError("internal: run: the program was released", {
        code: "E_DEVICE_RELEASED",
        kind: "internal",
      });
    }
    const { memory, pool, id } = this.#parts;
    pool.checkIdle("run");
    this.#checkInputs(inputs);
    for (const [name, values] of Object.entries(inputs)) {
      const { address } = this.#inputs.get(name)!;
      if (address !== null) memory.floats(address, values.length).set(values);
    }
    memory.bytes(this.#tablesAddress, this.#tables.length).set(this.#tables);
    await pool.run(id);
    return Object.fromEntries(
      this.#outputs.map(({ name, shape, address }) => {
        return [name, new Float32Array(memory.floats(address!, elementCount(shape)))];
      }),
    );
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#parts.pool.unload(this.#parts.id);
    this.#parts.onRelease();
  }

  #checkInputs(inputs: Readonly<Record<string, ArrayLike<number>>>): void {
    for (const { name, address } of this.#inputs.values()) {
      if (address !== null && inputs[name] === undefined) throw inputError(name, "nothing", "values");
    }
    for (const [name, values] of Object.entries(inputs)) {
      const place = this.#inputs.get(name);
      if (place === undefined) {
        throw inputError(name, "a value", `one of ${[...this.#inputs.keys()].join(", ") || "no inputs"}`);
      }
      const length = elementCount(place.shape);
      if (values.length !== length) {
        throw inputError(name, `${values.length} numbers`, `${length}, of shape ${formatShape(place.shape)}`);
      }
    }
  }
}

function inputError(name: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`internal: run, input ${name}: got ${got}, expected ${expected}`, {
    code: "E_DEVICE_INPUT",
    kind: "internal",
  });
}
