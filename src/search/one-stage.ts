/**
 * @file One-stage ISTA-NAS, Algorithm 2: search under the target network's own depth, width and batch. One backward pass feeds both the
 * Adam step on the measurements and the SGD step on the weights. After each epoch the codes are recovered; a group whose
 * code stands still is frozen, and from then on the batch norms of its candidates train their scale and shift, which were held
 * at 1 and 0. When all groups are frozen, the edge weights are absorbed into batch norm and the weights are those of the derived network.
 *
 * Where the published code differs: it keeps the multipliers, runs one more epoch after the last group froze, and lets freeze flags and
 * measurements of a rejected recovery live on; here everything that belongs to such a recovery goes back.
 */
import { IstaNasError } from "../error.ts";
import { groupOfParameter, type NetworkSpec, type ParameterSpec, supportStructures } from "../network/index.ts";
import { deriveGenotype, type SearchSpace } from "../space/index.ts";
import {
  absorbEdgeWeights,
  batchesInOrder,
  type EdgeWeightVectors,
  initialiseWeights,
  Prefetch,
  WeightStep,
} from "../train/index.ts";
import { CompressedArchitecture, type CompressionOptions } from "./compressed-architecture.ts";
import { type Exploration, ExplorationLedger } from "./exploration-ledger.ts";
import { type FreezeOptions, FreezeRule } from "./freeze-rule.ts";
import { isWithin, type SizeLimits, sizeOf } from "./size-limit.ts";
import type { RecoveredGroup, SearchContext, SearchEvent, SearchResult } from "./strategy.ts";
import { superNetwork } from "./super-network.ts";

export interface OneStageOptions {
  /** Bound of the search: groups that still move then are frozen as they are. */
  readonly maxEpochs: number;
  readonly batch: number;
  /** Constant while the search goes on, as published. */
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  readonly recompute: boolean;
  readonly architecture: CompressionOptions;
  readonly freeze: FreezeOptions;
  readonly limits: SizeLimits;
  /**
   * How much dearer an expensive candidate is to the sparse code: the l1 weight of a candidate is multiplied by 1 + this times its
   * parameters over the mean of its group. Default 0.
   */
  readonly costWeight: number;
}

/** What came of one recovery. */
export interface OneStageRecovery {
  readonly kind: "one-stage-recovery";
  /** Epochs finished. */
  readonly epoch: number;
  readonly groups: readonly RecoveredGroup[];
  /** Whether it was applied; if not, it would have gone beyond a limit, and nothing of it remains. */
  readonly isAccepted: boolean;
  /** Cost of the network that it asks for. */
  readonly parameters: number;
  readonly macs: number;
  /** ||z_new - z_last||_2 of each group, 0 for frozen ones. */
  readonly distances: readonly number[];
  /** The compressed variable b of each group, as it is now. */
  readonly measurements: readonly (readonly number[])[];
  readonly frozen: readonly boolean[];
  readonly exploration: Exploration;
}

export type OneStageEvent = SearchEvent | OneStageRecovery;

export interface OneStageResult extends SearchResult {
  /** Multipliers that were absorbed; a negative one turned the sign of its candidate. */
  readonly edgeWeights: EdgeWeightVectors;
  readonly searchEpochs: number;
  /** For each group the epoch after which it was frozen; the last one if it still moved then. */
  readonly frozenAt: readonly number[];
  /** Whether the bound ended the search before all groups stood still. */
  readonly reachedBound: boolean;
}

/** Draws of the first measurements to find one within the limits. */
const MOST_STARTS = 200;

/**
 * Runs the search from `architecture` on `context.weightBatches` (all training images). Afterwards the device holds the weights of the
 * derived network, ready to be trained on without edge weights.
 * @throws E_TRAIN_ABSORB for a spec without batch norm everywhere.
 */
export async function* oneStageSearch(
  context: Omit<SearchContext, "architectureBatches">,
  architecture: CompressedArchitecture,
  options: OneStageOptions,
): AsyncGenerator<OneStageEvent, OneStageResult> {
  const { device, space, spec, streams, weightBatches } = context;
  initialiseWeights(device, superNetwork(spec, space), streams);
  const rule = new FreezeRule(space.groups.length, options.freeze);
  const ledger = new ExplorationLedger(space);
  const frozenAt = space.groups.map((): number | null => null);
  const steps = weightBatches.batchCount;
  const epochs = options.maxEpochs;
  const prefetch = new Prefetch(batchesInOrder([weightBatches], epochs, steps), context.clock);
  ledger.use(architecture.supports);
  yield { kind: "recovery", epoch: 0, groups: architecture.describe(), exploration: ledger.exploration };
  let epoch = 0;
  while (epoch < epochs && architecture.frozen.includes(false)) {
    const before = architecture.state();
    const structures = supportStructures(space, architecture.supports);
    const step = await WeightStep.compile(device, spec, structures, {
      ...options,
      edgeWeights: true,
      dropPath: false,
      steers: true,
      isHeld: heldParameters(spec, space, architecture.frozen),
    });
    let [loss, correct, gradientNorm] = [0, 0, 0];
    for (let index = 0; index < steps; index++) {
      const edgeWeights = architecture.edgeWeights();
      const inputs = { learningRate: options.learningRate, edgeWeights };
      const result = await prefetch.step((batch) => step.run(batch, inputs));
      architecture.step(result.edgeWeightGradients!);
      loss += result.loss / steps;
      correct += result.correct;
      gradientNorm += result.gradientNorm / steps;
      yield { kind: "search-step", epoch: epoch + 1, epochs, step: index + 1, steps, loss: result.loss };
    }
    step.release();
    ledger.train(architecture.supports, steps);
    epoch++;
    const accuracy = correct / (steps * options.batch);
    yield {
      kind: "search-epoch",
      ...{ epoch, epochs, learningRate: options.learningRate, gradientNorm },
      ...{ weightLoss: loss, weightAccuracy: accuracy, architectureLoss: null, architectureAccuracy: null },
      stallSeconds: prefetch.takeStallSeconds(),
    };
    const proposal = architecture.propose();
    const size = sizeOf(spec, space, proposal.supports);
    const isAccepted = isWithin(size, options.limits);
    if (isAccepted) {
      const groups = architecture.accept(proposal);
      ledger.use(architecture.supports);
      for (const [group, { changed }] of groups.entries()) {
        if (architecture.frozen[group]) continue;
        const isStill = rule.isStill(group, { distance: proposal.distances[group]!, supportChanged: changed });
        if (!isStill) continue;
        frozenAt[group] = epoch;
        architecture.freeze(group);
      }
      yield recoveryEvent(groups);
    } else {
      architecture.rollBack(before);
      yield recoveryEvent(architecture.describe());
    }

    function recoveryEvent(groups: readonly RecoveredGroup[]): OneStageRecovery {
      const { distances } = proposal;
      const { frozen } = architecture;
      const measurements = architecture.state().groups.map(({ measurement }) => measurement);
      const common = { epoch, groups, isAccepted, distances, measurements, frozen, exploration: ledger.exploration };
      return { kind: "one-stage-recovery", ...common, ...size };
    }
  }
  const reachedBound = architecture.frozen.includes(false);
  const edgeWeights = architecture.edgeWeights();
  absorbEdgeWeights(device, spec, supportStructures(space, architecture.supports), edgeWeights);
  return {
    genotype: deriveGenotype(space, architecture.supports),
    supports: architecture.supports,
    ...{ edgeWeights, reachedBound, searchEpochs: epoch },
    frozenAt: frozenAt.map((at) => at ?? epoch),
    exploration: ledger.exploration,
  };
}

/**
 * Draws measurements until their first supports are within the limits.
 * @throws E_SEARCH_LIMITS if none of 200 draws is.
 */
export function drawArchitecture(
  { space, spec, streams }: Pick<SearchContext, "space" | "spec" | "streams">,
  { architecture: options, limits, costWeight }: OneStageOptions,
): CompressedArchitecture {
  const { parameters } = superNetwork(spec, space);
  const l1Factors = costWeight === 0 ? undefined : costFactors(spec, space, parameters, costWeight);
  const compression = l1Factors === undefined ? options : { ...options, l1Factors };
  for (let attempt = 0; attempt < MOST_STARTS; attempt++) {
    const architecture = new CompressedArchitecture(space, streams, compression, attempt);
    if (isWithin(sizeOf(spec, space, architecture.supports), limits)) return architecture;
  }
  throw new IstaNasError(
    `search: none of ${MOST_STARTS} random starts is within --max-parameters ${limits.maxParameters ?? "any"} and --max-macs ${limits.maxMacs ?? "any"}`,
    { code: "E_SEARCH_LIMITS", kind: "usage", hint: "raise the limit, or lower --channels or --cells" },
  );
}

/** For each group, for each candidate, 1 + costWeight times its parameters over the mean of its group. */
function costFactors(
  spec: NetworkSpec,
  space: SearchSpace,
  parameters: readonly ParameterSpec[],
  costWeight: number,
): readonly (readonly number[])[] {
  const costs = space.groups.map(({ candidates }) => candidates.map(() => 0));
  for (const { name, shape } of parameters) {
    const owner = groupOfParameter(name, spec.cellCount);
    if (owner === null) continue;
    const index = space.groups.findIndex(({ cell, node }) => cell === owner.cell && node === owner.node);
    const candidate = space.groups[index]!.candidates.findIndex(
      ({ source, primitive }) => source === owner.source && primitive === owner.primitive,
    );
    costs[index]![candidate]! += shape.reduce((product, extent) => product * extent, 1);
  }
  return costs.map((group) => {
    const mean = group.reduce((sum, cost) => sum + cost, 0) / group.length;
    return group.map((cost) => 1 + (mean === 0 ? 0 : (costWeight * cost) / mean));
  });
}

/** Scales and shifts of the candidates of groups that still move. */
function heldParameters(spec: NetworkSpec, space: SearchSpace, frozen: readonly boolean[]): (name: string) => boolean {
  const moving = new Set(space.groups.flatMap(({ cell, node }, index) => (frozen[index] ? [] : [`${cell}/${node}`])));
  return (name) => {
    const owner = groupOfParameter(name, spec.cellCount);
    return owner?.isAffine === true && moving.has(`${owner.cell}/${owner.node}`);
  };
}
