import type { RunConfig, RunFolder } from "../../store/index.ts";
import type { OpenedData } from "../open-data.ts";
import type { RunHost } from "../run-host.ts";
import type { RunParts } from "../run-parts.ts";

/** A finished search whose verdict is to be passed. */
export interface JudgedRun {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly parts: RunParts;
  readonly host: RunHost;
  /** Called if anything is to be trained. */
  openData(): Promise<OpenedData>;
}
