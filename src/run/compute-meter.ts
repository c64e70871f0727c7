/** @file What a run has computed so far, in multiply-accumulates: the same on every machine, whatever else it does meanwhile. */
import type { Device, Executable, Program } from "../device/index.ts";
import { countPassMacs } from "../network/index.ts";

/** Multiply-accumulates of a run, as `countPassMacs` counts them, over all images of all its passes. */
export interface RunCompute {
  /** Of passes with gradients until the architecture is there: of weights, of architecture parameters, of trainings alone. */
  readonly search: number;
  /** Of passes without gradients until then: what architectures are scored and ranked by. */
  readonly evaluation: number;
  /** Of training what was found. */
  readonly training: number;
}

const NO_COMPUTE: RunCompute = { search: 0, evaluation: 0, training: 0 };

export class ComputeMeter {
  /** What the passes from here on are for. */
  phase: "search" | "training" | "test" = "search";
  #compute: RunCompute;

  /** `before`: what earlier sessions computed. */
  constructor(before: RunCompute = NO_COMPUTE) {
    this.#compute = before;
  }

  get compute(): RunCompute {
    return this.#compute;
  }

  /** Of all phases. */
  get total(): number {
    const { search, evaluation, training } = this.#compute;
    return search + evaluation + training;
  }

  /** The same device, whose runs are counted here. Testing is not: it is the same for all networks that are trained. */
  on(device: Device): Device {
    return {
      ...{ name: device.name, threads: device.threads },
      compile: async (program) => this.#counted(program, await device.compile(program)),
      write: (name, values) => device.write(name, values),
      shorten: (name, values) => device.shorten(name, values),
      read: (name) => device.read(name),
      names: () => device.names(),
      close: () => device.close(),
    };
  }

  #counted({ graph, outputs }: Program, executable: Executable): Executable {
    const { forward, backward } = countPassMacs(graph, Object.values(outputs));
    return {
      peakBytes: executable.peakBytes,
      run: (inputs) => {
        const { phase } = this;
        const part = phase === "search" && backward === 0 ? "evaluation" : phase;
        if (part !== "test") this.#compute = { ...this.#compute, [part]: this.#compute[part] + forward + backward };
        return executable.run(inputs);
      },
      release: () => executable.release(),
    };
  }
}
