/** @file Some images of a folder of classes as a folder of links, so that a comparison can have data of several sizes. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** The first `count` files, by name, of each class of `data`, or of its `train` and `test`; made in `folder` if it is not there yet. Returns its path. */
export function linkedSubset(data: string, count: number, folder: string): string {
  const subset = join(folder, `${basename(resolve(data))}-${count}`);
  if (existsSync(subset)) return subset;
  const splits = existsSync(join(data, "train")) ? ["train", "test"] : ["."];
  for (const split of splits) {
    const classes = readdirSync(join(data, split), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of classes) {
      const place = join(subset, split, name);
      mkdirSync(place, { recursive: true });
      const files = readdirSync(join(data, split, name))
        .sort()
        .slice(0, count);
      for (const file of files) symlinkSync(resolve(data, split, name, file), join(place, file));
    }
  }
  return subset;
}
