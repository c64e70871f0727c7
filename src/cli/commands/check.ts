/** @file `ista-nas check`: what a data set holds and what is wrong with it, without training. */
import { TooManyBadImages } from "../../data/index.ts";
import type { CommandInputs } from "../command.ts";
import { checkData } from "../jobs/open-data.ts";

export async function check({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const path = positional[0]!;
  try {
    const { report } = await checkData(path, flags, terminal);
    terminal.result(report);
  } catch (error) {
    if (error instanceof TooManyBadImages) {
      const { code, imageCount, files } = error;
      terminal.result({ error: code, imageCount, unreadable: files });
    }
    throw error;
  }
}
