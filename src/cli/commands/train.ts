/** @file `ista-nas train`: a genotype trained from scratch and exported. */

import { countOf } from "../../count-of.ts";
import { assertWasmDevice } from "../../device/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { CommandInputs } from "../command.ts";
import { formatDuration } from "../duration.ts";
import { readGenotype } from "../genotype-source.ts";
import { checkNewRun } from "../jobs/check-room.ts";
import { executeRun } from "../jobs/execute-run.ts";
import { fitBatches } from "../jobs/fit-batches.ts";
import { openData } from "../jobs/open-data.ts";
import { resumeRun } from "../jobs/resume-run.ts";
import { secondsOfRetrainEpoch } from "../jobs/retrain-epoch-time.ts";
import { baseConfig, dataShape } from "../jobs/run-inputs.ts";
import { retrainSettings } from "../jobs/settings.ts";
import { startRun } from "../jobs/start-run.ts";
import { planRetrainEpochs } from "../jobs/time-plan.ts";
import { retrainBatches } from "../jobs/train-network.ts";
import { goesOnWithUnfinished } from "../jobs/unfinished-run.ts";
import { withTrainPreset } from "../presets.ts";

export async function train({ positional, flags: typed, terminal }: CommandInputs): Promise<void> {
  const startedAt = monotonicSeconds();
  const { name: genotypeName, genotype } = readGenotype(positional[0]!);
  const path = positional[1]!;
  await assertWasmDevice({ threads: typed.threads ?? "auto" });
  if (await goesOnWithUnfinished(typed, terminal)) {
    return resumeRun(typed.out!, { threads: typed.threads ?? "auto", data: path, terminal });
  }
  const flags = withTrainPreset(typed, path);
  const data = await openData(path, flags, terminal);
  const threads = flags.threads ?? "auto";
  const inputs = { flags, typed, data, threads, terminal, startedAt };
  let config: RunConfig = {
    ...baseConfig(inputs, { command: "train", strategy: null, genotypeName }),
    ...{ search: null, oneStage: null },
    retrain: retrainSettings(fitBatches(inputs, "one-network"), dataShape(data), "train"),
  };
  retrainBatches(config, data);
  await checkNewRun(inputs, config, genotype);
  if (flags.time !== undefined) {
    const perEpoch = await secondsOfRetrainEpoch(config, { genotype }, data, threads);
    const epochs = planRetrainEpochs({ given: flags.time, used: monotonicSeconds() - startedAt }, perEpoch);
    terminal.line(`plan: ${countOf(epochs, "epoch")} of training in about ${formatDuration(epochs * perEpoch)}`);
    config = { ...config, retrain: { ...config.retrain, epochs } };
  }
  await executeRun(startRun(inputs, config, genotype));
}
