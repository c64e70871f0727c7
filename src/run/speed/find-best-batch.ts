/** @file How many images a call takes for the least time an image: sides by side, twice as many from one round to the next. */
import { IstaNasError } from "../../error.ts";
import { median } from "../../statistics/index.ts";
import type { PreparedCall, SpeedSide } from "./speed-side.ts";
import { type TurnOptions, timeInTurns } from "./time-in-turns.ts";

/** Images of a call that are tried. */
const BATCHES = [1, 2, 4, 8, 16, 32, 64];
/** Share of the time of a figure that the calls of each batch take. */
const SHARE = 0.2;

/** Half of the calls of one batch took less than this. */
export interface BatchTime {
  readonly batch: number;
  /** An image. */
  readonly milliseconds: number;
}

/**
 * Of each side the batches that were tried, in order. Left out are those of which one call would take longer than `seconds`, the time of a figure, or
 * that do not fit into the device's memory, and all larger ones.
 */
export async function timeBatches(
  sides: readonly Pick<SpeedSide, "fixedBatch" | "prepare">[],
  options: TurnOptions,
): Promise<readonly (readonly BatchTime[])[]> {
  const tried = sides.map((): BatchTime[] => []);
  const isOver = sides.map(() => false);
  for (const batch of BATCHES) {
    const round: { readonly index: number; readonly batch: number; readonly call: PreparedCall }[] = [];
    for (const [index, side] of sides.entries()) {
      if (isOver[index]) continue;
      const own = side.fixedBatch ?? batch;
      isOver[index] = side.fixedBatch !== null;
      const call = await prepareIfItFits(side, own);
      if (call === null) isOver[index] = true;
      else round.push({ index, batch: own, call });
    }
    const times = await timeInTurns(
      round.map(
        ({ call }) =>
          () =>
            call.run(),
      ),
      { ...options, seconds: SHARE * options.seconds },
    );
    for (const [place, { index, batch: own, call }] of round.entries()) {
      call.release();
      const took = median(times[place]!);
      tried[index]!.push({ batch: own, milliseconds: took / own });
      if (2 * took > 1000 * options.seconds) isOver[index] = true;
    }
  }
  return tried;
}

/** The batch with the least time an image, the smallest of several. */
export function bestBatch(tried: readonly BatchTime[]): number {
  return tried.reduce((best, one) => (one.milliseconds < best.milliseconds ? one : best)).batch;
}

/** Null for a batch beyond the first that the device has no memory for. */
async function prepareIfItFits(side: Pick<SpeedSide, "prepare">, batch: number): Promise<PreparedCall | null> {
  try {
    return await side.prepare(batch);
  } catch (error) {
    if (batch > 1 && error instanceof IstaNasError && error.code === "E_DEVICE_MEMORY") return null;
    throw error;
  }
}
