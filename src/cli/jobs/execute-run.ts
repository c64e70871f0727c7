/** @file What a run does, from its beginning or from where a checkpoint left it: search, train, finish. */
import { createWasmDevice, type Device } from "../../device/index.ts";
import { parseGenotype } from "../../spaces/darts/index.ts";
import { FAILURE_FILE } from "../../store/index.ts";
import { finishRun } from "./finish-run.ts";
import { Interruption } from "./interrupt.ts";
import { searchOneStage } from "./one-stage-run.ts";
import { describeFailure, type RunSession } from "./run-session.ts";
import { type TrainInputs, trainNetwork } from "./train-network.ts";
import { searchTwoStage } from "./two-stage-run.ts";

/** Runs to the end, and leaves word in the run folder if it does not get there. */
export async function executeRun(session: RunSession): Promise<void> {
  try {
    const { checkpoint, config, recorder } = session;
    if (checkpoint === null) {
      recorder.note({ kind: "started", command: config.command, seed: config.seed, version: config.version });
    }
    const state = checkpoint?.state ?? null;
    if (config.strategy === "two-stage" && state?.phase !== "retrain") {
      const found = await searchTwoStage(session, state?.strategy === "two-stage" ? state.search : null);
      await withDevice(session, (device) => trainAndFinish(session, device, found));
    } else {
      await withDevice(session, async (device) => trainAndFinish(session, device, await begin(session, device)));
    }
  } catch (error) {
    if (!(error instanceof Interruption)) leaveWord(session, error);
    throw error;
  } finally {
    await session.close();
  }
}

/** What is to be trained, by a run whose device holds its weights from the beginning to the end. */
async function begin(session: RunSession, device: Device): Promise<TrainInputs> {
  const { checkpoint, config, folder } = session;
  const state = checkpoint?.state ?? null;
  if (state?.phase === "retrain") {
    session.restore(device);
    return { genotype: parseGenotype(state.genotype), details: state.details, from: state.training };
  }
  if (config.strategy === "one-stage")
    return searchOneStage(session, device, state?.strategy === "one-stage" ? state.search : null);
  return { genotype: parseGenotype(folder.readText("genotype.json")), details: {}, from: "scratch" };
}

async function trainAndFinish(session: RunSession, device: Device, inputs: TrainInputs): Promise<void> {
  await trainNetwork(session, device, inputs);
  await finishRun(session, device, inputs);
}

async function withDevice(session: RunSession, work: (device: Device) => Promise<void>): Promise<void> {
  const device = await createWasmDevice({ threads: session.threads });
  try {
    await work(device);
  } finally {
    await device.close();
  }
}

/** A folder that cannot be written to, or is another process's, is what went wrong, and is said anyway. */
function leaveWord(session: RunSession, error: unknown): void {
  try {
    session.assertOwned();
    session.folder.writeJson(FAILURE_FILE, { ...describeFailure(error), time: new Date().toISOString() });
  } catch {}
}
