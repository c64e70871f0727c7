/** @file Measuring in turns: what is compared runs side by side in each of several rounds, so that a busy minute touches all of it. */
import type { Figure } from "../figures/figure.ts";
import type { TrainingRig } from "../figures/training-rig.ts";
import { type PyTorch, type PyTorchRound, pyTorchRound } from "./pytorch.ts";
import { sample } from "./samples.ts";

export class Turns {
  readonly #warmUps: (() => Promise<unknown>)[] = [];
  readonly #turns: (() => Promise<unknown>)[] = [];

  /** Adds a figure of ours; the samples of each round are in the list once `measure` is done. */
  own({ run, runs }: Omit<Figure, "name">): readonly (readonly number[])[] {
    const rounds: number[][] = [];
    this.#warmUps.push(() => sample(run, runs));
    this.#turns.push(async () => rounds.push(await sample(run, runs)));
    return rounds;
  }

  /** Adds PyTorch's weight step of the network of a rig; it warms up in every turn, as each is a process of its own. */
  pyTorch(reference: PyTorch, rig: TrainingRig, steps: number): readonly PyTorchRound[] {
    const rounds: PyTorchRound[] = [];
    this.#turns.push(async () => {
      const { parameters } = await rig.size();
      rounds.push(pyTorchRound(reference, { ...rig.options, steps }, parameters));
    });
    return rounds;
  }

  /** Starts devices and warms up the engine in a round that does not count, then measures. */
  async measure(rounds: number): Promise<void> {
    for (const warmUp of this.#warmUps) await warmUp();
    for (let round = 0; round < rounds; round++) for (const turn of this.#turns) await turn();
  }
}
