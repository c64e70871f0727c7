/** @file What everything that goes on with a run can be told of it. */
import { type FlagTable, placeFlag, switchFlag } from "../options/index.ts";

export interface GoOnGiven {
  /** Where the data are now, if they were moved. */
  readonly data?: string;
  /** Whether the run may be taken from a process of which cannot be told whether it is over. Default: false. */
  readonly takeOver?: boolean;
}

export const GO_ON_FLAGS: FlagTable<GoOnGiven> = {
  data: placeFlag(
    "data",
    "FOLDER",
    "where the data are now, if they were moved or this is another machine; checked file by file",
  ),
  takeOver: switchFlag(
    "also take a run from a process of which cannot be told whether it is over: on another host, in another container",
  ),
};
