/**
 * @file The super-net that a search left behind, scoring architectures with its shared weights. Kept candidates are summed with weight 1, as in
 * the network that is derived. Weights are those of the last step: what a search does with them at its end, such as absorbing mixture weights into the
 * batch norms of what it found, is done to what it found alone.
 */
import type { Supports } from "../choice/index.ts";
import { SequentialBatches } from "../data/index.ts";
import { createWasmDevice, type Device } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { inferencePass, type NetworkBuilder, type SearchedSpace } from "../network/index.ts";
import type { Strategy } from "../search/index.ts";
import { CheckpointStore, loadRunConfig, RunFolder } from "../store/index.ts";
import { LossPass, recalibrate, type TrainingBatch } from "../train/index.ts";
import { expectedValues } from "./expected-values.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunHost } from "./run-host.ts";
import { type PartNames, partsOfRun } from "./run-parts.ts";
import { type ScoreImages, scoreImages } from "./score-images.ts";
import { searchBatches } from "./search-batches.ts";
import { searchedSpace } from "./searched-space.ts";

/**
 * What batch norm normalises by. `running`: statistics as the search left them, of all paths together. `recalibrated`: statistics of this path, over
 * some batches of the images that train weights. `batch`: those of the scored batch, as searches themselves measure.
 */
export const SCORE_STATISTICS = ["running", "recalibrated", "batch"] as const;

export type ScoreStatistics = (typeof SCORE_STATISTICS)[number];

/** Means over all scored images. */
export interface PathScore {
  /** Null if it is not finite. */
  readonly logLoss: number | null;
  readonly accuracy: number;
}

export type PathScores = Readonly<Record<ScoreStatistics, PathScore>>;

/** How paths are scored: of two scores under different settings nothing can be learned. */
export interface ScoreSettings {
  readonly part: ScoreImages["part"];
  readonly images: number;
  readonly batch: number;
  readonly recalibrationBatches: number;
}

export interface SuperNetSpec extends PartNames {
  /** The folder of a run whose search is over, and whose training has not begun. */
  readonly run: string;
  readonly data: OpenedData;
  /** Images that score a path at most; no batch is filled up. */
  readonly mostImages: number;
}

const RECALIBRATION_BATCHES = 10;

interface Scoring {
  readonly device: Device;
  readonly space: SearchedSpace;
  readonly batches: SequentialBatches;
  readonly recalibration: readonly TrainingBatch[];
  /** Values as the search left them, by name. */
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
}

export class SuperNet {
  readonly settings: ScoreSettings;
  readonly #scoring: Scoring;

  private constructor(settings: ScoreSettings, scoring: Scoring) {
    this.settings = settings;
    this.#scoring = scoring;
  }

  /** @throws E_SUPER_NET for a run that has none, or none any more, E_CHECKPOINT, E_SPLIT_EMPTY, and what opening a run throws */
  static async open({ run, data, mostImages, ...names }: SuperNetSpec, { threads }: RunHost): Promise<SuperNet> {
    const folder = RunFolder.open(run);
    const { config, ...parts } = await partsOfRun(folder.name, loadRunConfig(folder), names);
    const { strategy } = parts;
    const store = new CheckpointStore(folder, config.checkpoints.kept, config.identity);
    const found = await store.newest((state) => expectedValues(config, parts, state));
    const hasNone = strategy === null || strategy.images === "none" || sharesNoCandidates(strategy);
    if (hasNone || found?.checkpoint.state.phase !== "search") {
      throw lacking(folder, found === null ? "no checkpoint" : "no checkpoint of a search with shared weights");
    }
    const { network, options } = config.strategy!;
    const { part, split, indices } = scoreImages(config, strategy, data, mostImages);
    const batch = Math.min(strategy.batchOf(options)!, indices.length);
    const images = indices.length - (indices.length % batch);
    const [training] = searchBatches(config, strategy, data);
    const recalibration = Array.from({ length: RECALIBRATION_BATCHES }, (_, index) =>
      training!.batch(Math.floor(index / training!.batchCount), index % training!.batchCount),
    );
    const { values, state } = found.checkpoint;
    const device = await createWasmDevice({ threads, arithmetic: config.arithmetic });
    for (const name of expectedValues(config, parts, state).keys()) device.write(name, values.get(name)!);
    const batches = new SequentialBatches({
      ...{ split, indices: indices.subarray(0, images), statistics: config.normalisation, batchSize: batch },
    });
    const space = searchedSpace(parts.space, network);
    return new SuperNet(
      { part, images, batch, recalibrationBatches: RECALIBRATION_BATCHES },
      { device, space, batches, recalibration, values },
    );
  }

  /** The scores of the architecture that keeps `supports`, whatever was scored before. */
  async score(supports: Supports): Promise<PathScores> {
    const { device, space, recalibration, values } = this.#scoring;
    const build = space.network(supports);
    for (const { name } of build(inferencePass()).runningStatistics) device.write(name, values.get(name)!);
    const running = await this.#measure(build, "running");
    const batch = await this.#measure(build, "batch");
    await recalibrate(device, build, recalibration[0]!.labels.length, recalibration);
    return { running, recalibrated: await this.#measure(build, "running"), batch };
  }

  async close(): Promise<void> {
    await this.#scoring.device.close();
  }

  async #measure(build: NetworkBuilder, statistics: "batch" | "running"): Promise<PathScore> {
    const { device, batches } = this.#scoring;
    const pass = await LossPass.compile(device, build, batches.batchSize, statistics);
    let [loss, correct] = [0, 0];
    for (const images of batches) {
      const result = await pass.run(images);
      loss += result.loss;
      correct += result.correct;
    }
    pass.release();
    const logLoss = loss / batches.batchCount;
    return { logLoss: Number.isFinite(logLoss) ? logLoss : null, accuracy: correct / batches.count };
  }
}

/** Where sub-networks share one set of weights, candidates have none of their own that could be scored by. */
function sharesNoCandidates({ sharesWeights, needs }: Strategy): boolean {
  return sharesWeights === false || needs === "nesting";
}

function lacking(folder: RunFolder, got: string): IstaNasError {
  return new IstaNasError(`run ${folder.name}: got ${got}, expected the super-net as its search left it`, {
    code: "E_SUPER_NET",
    kind: "usage",
    hint: "a run that has gone on to its training keeps no super-net: search again in another place",
  });
}
