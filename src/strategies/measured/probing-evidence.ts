/**
 * @file Evidence by probing: all active candidates are computed beside a path, those that it does not keep with multiplier 0, and the gradient of the loss
 * by the multipliers says to first order what more of each candidate would gain. No weight and no statistic moves.
 */
import type { Supports } from "../../choice/index.ts";
import type { RecoveryFit, SearchContext } from "../../search/index.ts";
import { type PathEffects, softThreshold } from "../../sparse/index.ts";
import { mean } from "../../statistics/index.ts";
import { ArchitectureStep, type StepResult, type TrainingBatch } from "../../train/index.ts";
import type { Evidence, EvidenceState, Measuring, ProbedRound } from "./evidence.ts";
import type { MeasuredOptions } from "./measured-state.ts";

/** All candidates cost several times what a path does: one path in so many is probed. */
const INTERVAL = 5;
const RELATIVE_L1_WEIGHT = 0.05;

interface Program {
  readonly key: string;
  readonly step: ArchitectureStep;
}

export class ProbingEvidence implements Evidence {
  readonly interval: number = INTERVAL;
  readonly needsLossPass: boolean = false;
  readonly #context: SearchContext;
  readonly #options: MeasuredOptions;
  readonly #probed: ProbedRound[];
  #program: Program | null = null;

  constructor(context: SearchContext, options: MeasuredOptions, from: readonly ProbedRound[]) {
    this.#context = context;
    this.#options = options;
    this.#probed = [...from];
  }

  get count(): number {
    return this.#probed.reduce((sum, { probes }) => sum + probes, 0);
  }

  async measure(images: TrainingBatch, { kept, active, round }: Measuring): Promise<StepResult> {
    const step = await this.#step(active);
    const multipliers = active.map((indices, group) =>
      Float32Array.from(indices, (index) => Number(kept[group]!.includes(index))),
    );
    const { gradients, ...result } = await step.run(images, multipliers);
    const gains = standardised(gradients);
    const last = this.#probed.at(-1);
    const before = last?.round === round ? last : this.#emptyRound(round);
    if (last?.round === round) this.#probed.pop();
    const sums = before.gains.map((group, index) => {
      const places = new Map(active[index]!.map((candidate, place) => [candidate, gains[index]![place]!]));
      return group.map((sum, candidate) => sum + (places.get(candidate) ?? 0));
    });
    this.#probed.push({ round, probes: before.probes + 1, gains: sums });
    return result;
  }

  /** Means of the gains, of earlier rounds with less weight, less what is too small: z = argmin 1/2 |z - mean|^2 + lambda |z|_1. */
  effects(forgetting: number): PathEffects | null {
    const last = this.#probed.at(-1);
    if (last === undefined) return null;
    const weighed = this.#probed.map((one) => ({ ...one, weight: (1 - forgetting) ** (last.round - one.round) }));
    const total = weighed.reduce((sum, { weight, probes }) => sum + weight * probes, 0);
    const means = last.gains.map((group, index) =>
      group.map((_, candidate) => {
        return weighed.reduce((sum, { weight, gains }) => sum + weight * gains[index]![candidate]!, 0) / total;
      }),
    );
    const largest = means.flat().reduce((most, mean) => Math.max(most, Math.abs(mean)), 0);
    const l1Weight = RELATIVE_L1_WEIGHT * largest;
    const effects = means.map((group) => group.map((mean) => softThreshold(mean, l1Weight)));
    const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
    const lost = means.flat().map((mean, index) => mean - effects.flat()[index]!);
    const all = squares(means.flat());
    const relativeResidual = all === 0 ? 0 : Math.sqrt(squares(lost) / all);
    return { effects, pairs: [], correlations: means, l1Weight, dualityGap: 0, relativeResidual };
  }

  /** A gradient of each candidate is no measurement of a path. */
  fit(): RecoveryFit | null {
    return null;
  }

  state(): EvidenceState {
    return { paths: [], probed: [...this.#probed] };
  }

  release(): void {
    this.#program?.step.release();
    this.#program = null;
  }

  /** Of all active candidates: they stay the same for a round. */
  async #step(active: Supports): Promise<ArchitectureStep> {
    const key = active.join("/");
    if (this.#program?.key !== key) {
      this.release();
      const { device, space, maxLoss } = this.#context;
      const { batch, recompute, accumulate } = this.#options;
      const options = { batch, recompute, accumulate, maxLoss, updatesRunning: false };
      this.#program = { key, step: await ArchitectureStep.compile(device, space.network(active), options) };
    }
    return this.#program.step;
  }

  #emptyRound(round: number): ProbedRound {
    return { round, probes: 0, gains: this.#context.space.groups.map(({ candidates }) => candidates.map(() => 0)) };
  }
}

/** Minus the gradients, over the root of the mean of their squares: one bad batch must not outweigh the others. Most may be zero, as that of none is. */
function standardised(gradients: readonly ArrayLike<number>[]): readonly (readonly number[])[] {
  const all = gradients.flatMap((group) => Array.from(group));
  const scale = Math.sqrt(mean(all.map((gradient) => gradient * gradient)));
  return gradients.map((group) => Array.from(group, (gradient) => (scale === 0 ? 0 : -gradient / scale)));
}
