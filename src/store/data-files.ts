/**
 * @file `data-files.json`: the SHA-256 of every file that a run read its images from, by its path within the folder of the data. A session that
 * goes on can say which of them are others now.
 */
import { z } from "zod";
import type { DataSource } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import type { RunFolder } from "./run-folder.ts";

export const DATA_FILES_FILE = "data-files.json";

export type DataFiles = Pick<DataSource, "decoder" | "files">;

const CURRENT_VERSION = 1;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.object({
  formatVersion: z.literal(CURRENT_VERSION),
  decoder: z.string().nullable(),
  files: z.array(z.tuple([z.string(), hash.nullable()])),
});

/** Bytes: three million files with paths of 100 characters. */
const LARGEST = 2 ** 29;

/** A line a file. Throws `E_RUN_FOLDER` if it cannot be written. */
export function saveDataFiles(folder: RunFolder, { decoder, files }: DataFiles): void {
  const head = `{"formatVersion":${CURRENT_VERSION},"decoder":${JSON.stringify(decoder)},"files":[\n`;
  const lines = files.map(({ path, sha256 }) => JSON.stringify([path, sha256]));
  folder.write(DATA_FILES_FILE, `${head}${lines.join(",\n")}\n]}\n`);
}

/** Null for a run that has none, as one of an older version. Throws `E_RUN_FILE` if it is damaged. */
export function readDataFiles(folder: RunFolder): DataFiles | null {
  if (!folder.has(DATA_FILES_FILE)) return null;
  try {
    const { decoder, files } = schema.parse(folder.readJson(DATA_FILES_FILE, { most: LARGEST }));
    return { decoder, files: files.map(([path, sha256]) => ({ path, sha256 })) };
  } catch (cause) {
    throw new IstaNasError(`run ${folder.name}: ${DATA_FILES_FILE}: got something else than a run writes there`, {
      code: "E_RUN_FILE",
      hint: "bring the file back, or remove it: then images are compared as a whole, and not file by file",
      cause,
    });
  }
}
