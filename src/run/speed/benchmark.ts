/** @file How fast a network is on this machine: in onnxruntime and in the runtime that trained it, one image at a time and many. */
import { loadavg } from "node:os";
import { threadCount } from "../../device/index.ts";
import { type FlagTable, numberFlag } from "../../options/index.ts";
import { thisMachine } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { assertNotStopped } from "../interruption.ts";
import { completeHost, note, type RunHost, type RunHostGiven } from "../run-host.ts";
import { RUN_FLAGS } from "../run-options.ts";
import type { PartNames } from "../run-parts.ts";
import { takeGiven } from "../take-given.ts";
import { type CallTimes, callTimes } from "./call-times.ts";
import { type BatchTime, bestBatch, timeBatches } from "./find-best-batch.ts";
import type { PreparedCall, RuntimeName, SpeedSide } from "./speed-side.ts";
import { type ModelSizes, openSubject } from "./speed-subject.ts";
import { timeInTurns } from "./time-in-turns.ts";

const SECONDS = 1;

/** What the command line takes as flags of its own. */
export interface BenchmarkGiven {
  /** That the calls of each figure take. Default: 1. */
  readonly seconds?: number;
}

export const BENCHMARK_FLAGS: FlagTable<BenchmarkGiven> = {
  seconds: numberFlag("seconds", "SECONDS", `that the calls of each figure are timed for (default: ${SECONDS})`, {
    min: 0.001,
    max: 3600,
  }),
};

export interface BenchmarkSpec extends BenchmarkGiven, Pick<PartNames, "space"> {
  /** A run folder, or an .onnx file. */
  readonly model: string;
}

/** One network in one runtime: how long an image takes, in milliseconds. */
export interface SpeedFigure extends CallTimes {
  readonly runtime: RuntimeName;
  readonly threads: number;
  /** Images of a call. */
  readonly batch: number;
  /** Whether no other batch took less time an image when the best one was looked for. */
  readonly isBest: boolean;
}

/** The batches that were tried for the best one. */
export interface BatchSearch extends Pick<SpeedFigure, "runtime" | "threads"> {
  readonly batches: readonly BatchTime[];
}

export interface Benchmark extends Pick<BenchmarkSpec, "model"> {
  readonly sizes: ModelSizes;
  /** Extents of one image as the model file takes it, or the run. */
  readonly imageShape: readonly number[];
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    /** Null where it was not timed. */
    readonly onnxruntime: string | null;
    /** Processes that wanted to run, on average over the minute before it began; 0 where the system does not tell. */
    readonly loadBefore: number;
  };
  /** That the calls of each figure took, at least. */
  readonly seconds: number;
  readonly figures: readonly SpeedFigure[];
  readonly batchSearches: readonly BatchSearch[];
  /** Why a runtime was not timed, a line each. */
  readonly remarks: readonly string[];
}

/**
 * Times a trained network, on one thread and on all. The host's `threads` say how many are all.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_MODEL_NOT_FOUND, what opening a run or a model file throws, E_ONNX_INPUT; E_ONNX_RUNTIME_MISSING and
 * E_ONNX_RUNTIME_BROKEN for a model file; `Interruption` when the host's signal asks to stop
 */
export async function benchmark(spec: BenchmarkSpec, given: RunHostGiven = {}): Promise<Benchmark> {
  takeGiven(spec, { where: "benchmark", needed: ["model"], flags: { ...BENCHMARK_FLAGS, space: RUN_FLAGS.space } });
  const host = completeHost(given);
  const { model, seconds = SECONDS } = spec;
  const loadBefore = loadavg()[0]!;
  const threadCounts = [...new Set([1, threadCount(host.threads)])];
  const subject = await openSubject(spec);
  const { sizes, imageShape, onnxruntime, remarks } = subject;
  for (const remark of remarks) note(host, remark);
  const figures: SpeedFigure[] = [];
  const batchSearches: BatchSearch[] = [];
  for (const threads of threadCounts) {
    host.onEvent({ kind: "timing", threads });
    const sides = await subject.open(threads);
    try {
      const timed = await timeSides(sides, seconds, host);
      figures.push(...timed.figures);
      batchSearches.push(...timed.batchSearches);
    } finally {
      for (const side of sides) await side.close();
    }
  }
  const { processor, cores, node } = thisMachine();
  return {
    ...{ model, sizes, imageShape, seconds, figures, batchSearches, remarks },
    machine: { processor, cores, node, onnxruntime, loadBefore },
  };
}

/** All sides have the same number of threads. */
async function timeSides(
  sides: readonly SpeedSide[],
  seconds: number,
  host: RunHost,
): Promise<Pick<Benchmark, "figures" | "batchSearches">> {
  const turns = { seconds, clock: monotonicSeconds, onCall: () => assertNotStopped(host) };
  const tried = await timeBatches(sides, turns);
  const calls: { readonly side: SpeedSide; readonly batch: number; readonly isBest: boolean; call: PreparedCall }[] =
    [];
  for (const [index, side] of sides.entries()) {
    const best = bestBatch(tried[index]!);
    for (const batch of new Set([tried[index]![0]!.batch, best])) {
      calls.push({ side, batch, isBest: batch === best, call: await side.prepare(batch) });
    }
  }
  const times = await timeInTurns(
    calls.map(
      ({ call }) =>
        () =>
          call.run(),
    ),
    turns,
  );
  for (const { call } of calls) call.release();
  const figures = calls.map(({ side: { runtime, threads }, batch, isBest }, index) => {
    return { runtime, threads, batch, isBest, ...callTimes(times[index]!, batch) };
  });
  const batchSearches = sides.map(({ runtime, threads }, index) => ({ runtime, threads, batches: tried[index]! }));
  return { figures, batchSearches };
}
