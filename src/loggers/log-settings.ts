/** @file `logs.json`: where a run is told of beside its folder, so that a later session goes on telling. Names and passwords are never in it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { IstaNasError } from "../error.ts";
import type { RunFolder } from "../store/index.ts";

export const LOGGER_KINDS = ["tensorboard", "mlflow"] as const;
export type LoggerKind = (typeof LOGGER_KINDS)[number];

/** The run as an MLflow server has it. */
export interface MlflowSettings {
  /** Where its REST interface is, without credentials. */
  readonly address: string;
  readonly experiment: string;
  /** A tag that the server's run carries, by which it is found again if its identifier got lost. */
  readonly key: string;
  /** The server's identifier; null before the server has given one. */
  readonly runId: string | null;
}

export interface LogSettings {
  readonly to: readonly LoggerKind[];
  /** Those to which everything has been said that there is to say of the finished run. */
  readonly complete: readonly LoggerKind[];
  /** Null for a run that is not told of there. */
  readonly mlflow: MlflowSettings | null;
}

const LOGS_FILE = "logs.json";

const kinds = z.array(z.enum(LOGGER_KINDS)).readonly();
const schema: z.ZodType<LogSettings> = z.object({
  to: kinds,
  complete: kinds,
  mlflow: z
    .object({ address: z.string(), experiment: z.string(), key: z.string(), runId: z.string().nullable() })
    .nullable(),
});

/** Null for a run that nobody else is told of. Throws `E_RUN_FILE` for a file that is damaged. */
export function readLogSettings(folder: RunFolder): LogSettings | null {
  if (!folder.has(LOGS_FILE)) return null;
  const { data, error } = schema.safeParse(folder.readJson(LOGS_FILE));
  if (data !== undefined) return data;
  throw new IstaNasError(`run ${folder.name}: ${LOGS_FILE}: got something else than a run writes there`, {
    code: "E_RUN_FILE",
    hint: "bring the file back, or remove it: the run goes on without its logs",
    cause: error,
  });
}

export function saveLogSettings(folder: RunFolder, settings: LogSettings): void {
  folder.writeJson(LOGS_FILE, settings);
}

/** What a run is asked to tell from here on, beside what it was asked before. `mlflow`: the server, if it is one of them. */
export function addToLogSettings(
  folder: RunFolder,
  to: readonly LoggerKind[],
  mlflow: Pick<MlflowSettings, "address" | "experiment"> | null,
): void {
  const before = readLogSettings(folder);
  const isSame =
    mlflow === null || (before?.mlflow?.address === mlflow.address && before.mlflow.experiment === mlflow.experiment);
  saveLogSettings(folder, {
    to: LOGGER_KINDS.filter((kind) => to.includes(kind) || before?.to.includes(kind)),
    complete: before?.complete ?? [],
    mlflow: isSame ? (before?.mlflow ?? null) : { ...mlflow, key: randomUUID(), runId: null },
  });
}
