/** @file `ista-nas check`: what a data set holds and what is wrong with it, without training. */
import { TooManyBadImages } from "../../data/index.ts";
import { checkData, defaultBatches } from "../../run/index.ts";
import { DEFAULT_BATCH } from "../../train/index.ts";
import type { CommandInputs } from "../command.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function check({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const path = positional[0]!;
  try {
    const { report, train } = await checkData(path, flags, new TerminalHost(terminal));
    const batches = defaultBatches(train.count);
    if (Math.min(batches.search, batches.training) < DEFAULT_BATCH) {
      const usual = `batches: the usual ${DEFAULT_BATCH} images a step are too many`;
      terminal.line(`${usual}: without --batch a search takes ${batches.search}, a training ${batches.training}`);
    }
    terminal.result({ ...report, batches });
  } catch (error) {
    if (error instanceof TooManyBadImages) {
      const { code, imageCount, files } = error;
      terminal.result({ error: code, imageCount, unreadable: files });
    }
    throw error;
  }
}
