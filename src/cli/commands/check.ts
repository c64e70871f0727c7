/** @file `ista-nas check`: what a data set holds and what is wrong with it, without training. */
import { countOf } from "../../count-of.ts";
import { type ClassCounts, TooManyBadImages } from "../../data/index.ts";
import { checkData, defaultBatches } from "../../run/index.ts";
import { DEFAULT_BATCH } from "../../train/index.ts";
import type { CommandInputs } from "../command.ts";
import { TerminalHost } from "../terminal-host.ts";

/** Times the training images of the smallest class that the largest has, above which something should be done about it. */
const UNEVEN = 3;

export async function check({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const path = positional[0]!;
  try {
    const { report, train, validation } = await checkData(path, flags, new TerminalHost(terminal, flags));
    const batches = defaultBatches(train.count, validation?.count);
    if (Math.min(batches.search, batches.training) < DEFAULT_BATCH) {
      const usual = `batches: the usual ${DEFAULT_BATCH} images a step are too many`;
      terminal.line(`${usual}: without --batch a search takes ${batches.search}, a training ${batches.training}`);
    }
    const imbalance = imbalanceOf(report.classes);
    if (imbalance.ratio > UNEVEN) {
      const { largest, smallest, ratio } = imbalance;
      const most = countOf(largest.trainCount, "training image");
      const sizes = `${largest.name} has ${most}, ${smallest.name} ${smallest.trainCount}, ${ratio.toFixed(1)} times as many`;
      terminal.line(
        `uneven classes: ${sizes}: --class-weights balanced or --sampling balanced gives each class the same say in search and training`,
      );
    }
    terminal.result({ ...report, batches, imbalance: { ...imbalance, isUneven: imbalance.ratio > UNEVEN } });
  } catch (error) {
    if (error instanceof TooManyBadImages) {
      const { code, imageCount, files } = error;
      terminal.result({ error: code, imageCount, unreadable: files });
    }
    throw error;
  }
}

function imbalanceOf(classes: readonly ClassCounts[]) {
  const largest = classes.reduce((most, row) => (row.trainCount > most.trainCount ? row : most));
  const smallest = classes.reduce((least, row) => (row.trainCount < least.trainCount ? row : least));
  return { largest, smallest, ratio: largest.trainCount / smallest.trainCount };
}
