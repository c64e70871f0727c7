/** @file What a run can be told about whom to tell of it. */
import { IstaNasError } from "../error.ts";
import { type Flag, type FlagTable, textFlag, wordsFlag, wordsOf } from "../options/index.ts";
import { LOGGER_KINDS, type LoggerKind } from "./log-settings.ts";
import { type Environment, givenMlflowAddress, parseMlflowAddress } from "./mlflow-address.ts";

export interface LogGiven {
  /** One or more of `tensorboard` and `mlflow`, with commas between them. Default: none. */
  readonly log?: string;
  /** Address of an MLflow server. Default: that of `MLFLOW_TRACKING_URI`. */
  readonly mlflowUri?: string;
  /** Default: `ista-nas`. */
  readonly mlflowExperiment?: string;
}

const DEFAULT_EXPERIMENT = "ista-nas";

/** The text is the value; nothing that is said of a wrong one repeats what may be a password. */
const mlflowUri: Flag<string> = {
  valueName: "ADDRESS",
  description:
    "of the MLflow server, such as http://localhost:5000 (default: MLFLOW_TRACKING_URI); a name and a password in it are not kept",
  parse(text, as = "mlflow-uri") {
    parseMlflowAddress(text, `--${as}`);
    return text;
  },
};

export const LOG_FLAGS: FlagTable<LogGiven> = {
  log: wordsFlag(
    "log",
    "LOGS",
    LOGGER_KINDS,
    "also write the run down for other programs, as it goes: tensorboard, into its folder; mlflow, a server (default: none)",
  ),
  mlflowUri,
  mlflowExperiment: textFlag("NAME", `MLflow experiment that the run belongs to (default: ${DEFAULT_EXPERIMENT})`),
};

/** The names of these options. */
export const LOG_OPTIONS = ["log", "mlflowUri", "mlflowExperiment"] as const;

/** What was asked for, complete. `address`: null without an MLflow server; with credentials, for this process alone. */
export interface LogRequest {
  readonly to: readonly LoggerKind[];
  readonly mlflow: { readonly uri: string | undefined; readonly address: string; readonly experiment: string } | null;
}

/** Null where no logs are asked for. Throws `E_USAGE_OPTION` for an MLflow server without an address or that is not to be told, and `E_FLAG_VALUE`. */
export function logRequest(given: LogGiven, environment: Environment = process.env): LogRequest | null {
  const to = given.log === undefined ? [] : (wordsOf(given.log) as readonly LoggerKind[]);
  if (to.includes("mlflow")) {
    const { url: address } = givenMlflowAddress(given.mlflowUri, environment);
    return { to, mlflow: { uri: given.mlflowUri, address, experiment: given.mlflowExperiment ?? DEFAULT_EXPERIMENT } };
  }
  for (const name of ["mlflowUri", "mlflowExperiment"] as const) {
    if (given[name] === undefined) continue;
    const typed = name === "mlflowUri" ? "--mlflow-uri" : "--mlflow-experiment";
    throw new IstaNasError(`${typed}: got it without --log mlflow, expected both`, {
      code: "E_USAGE_OPTION",
      kind: "usage",
      hint: "add --log mlflow, or leave it out",
    });
  }
  return to.length === 0 ? null : { to, mlflow: null };
}
