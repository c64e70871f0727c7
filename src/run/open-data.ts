/** @file Loads the data of a command: prints what was found, and insists on a test split where one is needed. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  CACHE_FOLDER_NAME,
  type DataSet,
  type ImageSplit,
  type LoadDataSetOptions,
  loadDataSet,
} from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import { wordsOf } from "../options/index.ts";
import { holdsWorkingFolder, RunFolder } from "../store/index.ts";
import { assertNotStopped } from "./interruption.ts";
import type { RunHost } from "./run-host.ts";
import type { RunOptions } from "./run-options.ts";

/** What runs on these data are called: the embedded set by the word that people type. */
export function runDataName(data: Pick<DataSet, "name" | "source">): string {
  return data.source.kind === "demo" ? "demo" : data.name;
}

export interface OpenedData extends Omit<DataSet, "test"> {
  readonly test: ImageSplit;
  /** Absolute path, or `demo`. */
  readonly location: string;
}

/** Tells a host how the loading of images goes on, and ends it with `Interruption` if its signal asks for that. */
export function tellLoading(host: RunHost): NonNullable<LoadDataSetOptions["onProgress"]> {
  return (progress) => {
    assertNotStopped(host);
    host.onEvent({ kind: "loading", ...progress });
  };
}

/** Where decoded folders are kept: beside the run folders, or in a run that begins in the working folder. */
export function cacheFolder(out: string | undefined): string {
  if (out === undefined) return join("runs", CACHE_FOLDER_NAME);
  const inside = join(out, CACHE_FOLDER_NAME);
  if (existsSync(inside) || (holdsWorkingFolder(out) && !RunFolder.isRun(out))) return inside;
  return join(dirname(resolve(out)), CACHE_FOLDER_NAME);
}

/** Loads and reports. `fingerprint` is that of data which were loaded before. Throws what `loadDataSet` throws. */
export async function checkData(
  path: string,
  options: Pick<RunOptions, "tasks" | "imageSize" | "fit" | "seed" | "out" | "maxBadImages" | "testFraction">,
  host: RunHost,
  colour?: "grey" | "rgb",
  fingerprint?: string,
): Promise<DataSet> {
  const { tasks, imageSize, fit } = options;
  const data = await loadDataSet(path, {
    seed: options.seed ?? 1,
    cacheFolder: cacheFolder(options.out),
    ...(tasks === undefined ? {} : { tasks: wordsOf(tasks) }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(fit === undefined ? {} : { fit }),
    ...(colour === undefined ? {} : { colour }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(options.maxBadImages === undefined ? {} : { maxBadImageRate: options.maxBadImages }),
    ...(options.testFraction === undefined ? {} : { testFraction: options.testFraction }),
    onProgress: tellLoading(host),
  });
  host.onEvent({ kind: "data", report: data.report });
  return data;
}

/** Loads and reports what a network is trained on. Throws what `loadDataSet` throws, and `E_DATA_NO_TEST` without a test image. */
export async function openData(...inputs: Parameters<typeof checkData>): Promise<OpenedData> {
  const data = await checkData(...inputs);
  const [path] = inputs;
  const { test } = data;
  if (test === null) {
    throw new IstaNasError(`data ${path}: no test split, expected one to report an accuracy on`, {
      code: "E_DATA_NO_TEST",
      kind: "usage",
      hint: "add a test/ folder, or let a share be taken out with --test-fraction",
    });
  }
  if (test.count === 0) {
    throw new IstaNasError(`data ${path}: got no test image, expected at least one to report an accuracy on`, {
      code: "E_DATA_NO_TEST",
      kind: "usage",
      hint:
        data.report.testSplit.kind === "given"
          ? `put images into ${data.report.testSplit.name}, or remove it: a share of the training images is then taken out`
          : "add images: a class needs two that differ before one can be taken out for testing; equal images stay together",
    });
  }
  return { ...data, test, location: data.source.kind === "demo" ? path : resolve(path) };
}
