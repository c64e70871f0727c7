/** @file What a run does, from its beginning or from where a checkpoint left it: search, train, finish. */
import { createWasmDevice, type Device } from "../device/index.ts";
import { ARCHITECTURE_FILE, FAILURE_FILE, JOURNAL_FILE } from "../store/index.ts";
import { hasOneNetwork } from "./afterwards.ts";
import { finishRun } from "./finish-run.ts";
import { Interruption } from "./interruption.ts";
import type { RunSummary } from "./run-host.ts";
import { describeFailure, type RunSession } from "./run-session.ts";
import { searchPhase } from "./search-phase.ts";
import { recalibratePhase, type TrainInputs, trainPhase } from "./train-phase.ts";

/** Runs to the end, and leaves word in the run folder if it does not get there. */
export function executeRun(session: RunSession): Promise<RunSummary> {
  return atWork(session, async () => {
    const { parts } = session;
    if (isSearched(session) || hasOneNetwork(parts.strategy)) {
      return withDevice(session, async (device) => trainAndFinish(session, device, await begin(session, device)));
    }
    const found = await withDevice(session, (device) => search(session, device));
    return withDevice(session, (device) => trainAndFinish(session, device, found));
  });
}

/** Runs to the end of the search, if it is not there yet: the newest checkpoint is then that of its last step. Leaves word as `executeRun` does. */
export async function executeSearch(session: RunSession): Promise<void> {
  await atWork(session, async () => {
    if (!isSearched(session)) await withDevice(session, (device) => search(session, device));
  });
}

function isSearched({ checkpoint, config }: RunSession): boolean {
  return config.strategy === null || checkpoint?.state.phase === "retrain";
}

async function atWork<Result>(session: RunSession, work: () => Promise<Result>): Promise<Result> {
  try {
    const { checkpoint, config, recorder } = session;
    if ((checkpoint?.lengths[JOURNAL_FILE] ?? 0) === 0) {
      recorder.note({ kind: "started", command: config.command, seed: config.seed, version: config.version });
    }
    return await work();
  } catch (error) {
    if (!(error instanceof Interruption)) leaveWord(session, error);
    throw error;
  } finally {
    await session.close();
  }
}

/** What is to be trained, by a run whose device holds its weights from the beginning to the end. */
async function begin(session: RunSession, device: Device): Promise<TrainInputs> {
  const { checkpoint, config, folder, parts } = session;
  const state = checkpoint?.state ?? null;
  if (state?.phase === "retrain") {
    session.restore(device);
    const architecture = parts.space.parse(state.architecture);
    return { architecture, details: state.details, from: state.training };
  }
  if (config.strategy !== null) return search(session, device);
  return { architecture: parts.space.parse(folder.readText(ARCHITECTURE_FILE)), details: {}, from: "scratch" };
}

function search(session: RunSession, device: Device): Promise<TrainInputs> {
  const state = session.checkpoint?.state;
  return searchPhase(session, device, state?.phase === "search" ? state : null);
}

async function trainAndFinish(session: RunSession, device: Device, inputs: TrainInputs): Promise<RunSummary> {
  if (session.config.training.epochs > 0) await trainPhase(session, device, inputs);
  await recalibratePhase(session, device, inputs);
  return finishRun(session, device, inputs);
}

async function withDevice<Result>(session: RunSession, work: (device: Device) => Promise<Result>): Promise<Result> {
  const { host, config } = session;
  const device = await createWasmDevice({ threads: host.threads, arithmetic: config.arithmetic });
  try {
    return await work(session.meter.on(device));
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
