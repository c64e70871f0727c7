/** @file The largest network as it was when it alone had been trained: what it makes of a batch are the soft labels of all sub-networks. */
import type { Device, Executable } from "../../device/index.ts";
import type { Network, NetworkBuilder } from "../../network/index.ts";
import { softmax } from "../../search/index.ts";
import type { TrainingBatch } from "../../train/index.ts";

/** In front of the names of its values. */
const PREFIX = "teacher/";

export class Teacher {
  readonly #executable: Executable;
  readonly #classes: number;

  private constructor(executable: Executable, classes: number) {
    this.#executable = executable;
    this.#classes = classes;
  }

  /** Keeps a copy of the network as the device has it now. */
  static copy(
    device: Device,
    { parameters, runningStatistics }: Pick<Network, "parameters" | "runningStatistics">,
  ): void {
    for (const { name } of [...parameters, ...runningStatistics]) device.write(`${PREFIX}${name}`, device.read(name));
  }

  /** Of the copy that the device holds. Batch norm takes the statistics of the batch, as it does in those that are taught. */
  static async compile(device: Device, build: NetworkBuilder, batch: number): Promise<Teacher> {
    const mode = { kind: "train", updatesRunning: false } as const;
    const pass = { mode, batch, mixture: false, dropPath: false, auxiliaryHead: false, prefix: PREFIX };
    const { graph, logits } = build(pass);
    return new Teacher(await device.compile({ graph, outputs: { logits } }), logits.shape[1]!);
  }

  get peakBytes(): number {
    return this.#executable.peakBytes;
  }

  /** Probabilities of the classes for each image, `[N, classCount]`. */
  async softLabels({ images }: TrainingBatch): Promise<Float64Array> {
    const logits = (await this.#executable.run({ images }))["logits"]!;
    const soft = new Float64Array(logits.length);
    for (let first = 0; first < soft.length; first += this.#classes) {
      soft.set(softmax(Array.from(logits.subarray(first, first + this.#classes))), first);
    }
    return soft;
  }

  release(): void {
    this.#executable.release();
  }
}
