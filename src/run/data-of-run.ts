/**
 * @file The data of a run that goes on, wherever they lie now. Names within the folder and content decide whether they are the data that the run
 * began with; where the folder is, and what the system says of its files, do not.
 */
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { describeChangedFiles } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import {
  CONFIG_FILE,
  DATA_FILES_FILE,
  type RunConfig,
  type RunFolder,
  readDataFiles,
  readSessions,
} from "../store/index.ts";
import { type OpenedData, openData } from "./open-data.ts";
import { note, type RunHost } from "./run-host.ts";

/**
 * Opens the data at `moved`, else where the last session found them, else where the run began with them.
 * @throws E_RESUME_FORMAT for a run of format 1, E_RESUME_DATA if they are not those that the run began with, and what `openData` throws
 */
export async function openDataOfRun(
  folder: RunFolder,
  config: RunConfig,
  moved: string | undefined,
  host: RunHost,
): Promise<OpenedData> {
  const { fingerprint, tasks, imageSize, fit, testFraction, maxBadImageRate } = config.data;
  if (fingerprint === null) {
    throw new IstaNasError(`run ${folder.name}: ${CONFIG_FILE}: got format 1, expected 2 or later`, {
      code: "E_RESUME_FORMAT",
      kind: "usage",
      hint: "its version of ista-nas wrote no checkpoints: its network can be used, but to train more start a new run",
    });
  }
  const location = moved ?? lastLocation(folder, config);
  const flags = { seed: config.seed, fit, testFraction, maxBadImages: maxBadImageRate, out: folder.path };
  const size = {
    ...(imageSize === null ? {} : { imageSize }),
    ...(tasks === undefined ? {} : { tasks: tasks.join(",") }),
  };
  const opened = await opening(folder, () => openData(location, { ...flags, ...size }, host, undefined, fingerprint));
  const seen = readDataFiles(folder);
  const difference = seen === null ? null : describeChangedFiles(seen.files, opened.source.files);
  if (opened.source.fingerprint !== fingerprint) {
    throw otherData(folder, config, opened, { difference, decoder: seen?.decoder ?? null, isListed: seen !== null });
  }
  if (difference !== null) note(host, `data files have changed, but their images are the same: ${difference}`);
  return opened;
}

/** Where the last session found the data, or where the run began with them: a folder that is gone is passed over as long as there is another place to look. */
export function lastLocation(folder: RunFolder, { data }: RunConfig): string {
  const latest = readSessions(folder).at(-1)?.data ?? data.location;
  return existsSync(latest) ? latest : data.location;
}

async function opening(folder: RunFolder, open: () => Promise<OpenedData>): Promise<OpenedData> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof IstaNasError) || error.code !== "E_DATA_NOT_FOUND") throw error;
    throw new IstaNasError(error.message, {
      code: error.code,
      kind: error.kind,
      hint: `bring the folder back, or say where it is now: ista-nas resume ${folder.path} --data FOLDER`,
      cause: error,
    });
  }
}

interface Comparison {
  /** Which files are others now; null if none is known to be. */
  readonly difference: string | null;
  /** What decoded the images of the run. */
  readonly decoder: string | null;
  /** Whether the run kept the hashes of its files. */
  readonly isListed: boolean;
}

function otherData(
  folder: RunFolder,
  { data, version }: RunConfig,
  { location, train, test, source }: OpenedData,
  { difference, decoder, isListed }: Comparison,
): IstaNasError {
  const failed = (what: string, hint: string): IstaNasError =>
    new IstaNasError(`run ${folder.name}: data ${location}: ${what}`, { code: "E_RESUME_DATA", kind: "usage", hint });
  const elsewhere = `give the folder that has them with --data, or start a new run in ${dirname(resolve(folder.path))}`;
  if (difference !== null) {
    return failed(
      `got other files than the run began with: ${difference}`,
      `bring those files back (${basename(folder.path)}/${DATA_FILES_FILE} has the SHA-256 of each), ${elsewhere}`,
    );
  }
  if (isListed) {
    return failed(
      `the files are those that the run began with, but got other images of them: decoded by ${source.decoder}, expected ${decoder}`,
      `go on with ista-nas ${version} on a machine like the one that began the run, or start a new run`,
    );
  }
  return failed(
    `got images with another SHA-256, ${train.count} for training and ${test.count} for testing, expected the ${data.trainImages} and ${data.testImages} that the run began with`,
    `bring back the images that ${basename(folder.path)}/data.json describes, ${elsewhere}`,
  );
}
