import { MOST_JSON_BYTES, parseJson } from "../files/index.ts";
import type { DataFile, DataFolder } from "./data-folder.ts";

const CONFIG_FILE = "config.json";

/** Whether the folder, in which `names` lie, is a run of this program: it has a configuration of ours. */
export function isRunFolder(folder: DataFolder, names: readonly string[]): boolean {
  if (!names.includes(CONFIG_FILE)) return false;
  let file: DataFile | null = null;
  try {
    file = folder.open(CONFIG_FILE);
    const config = parseJson(file.read(MOST_JSON_BYTES));
    return typeof config === "object" && config !== null && KEYS.every((key) => Object.hasOwn(config, key));
  } catch {
    return false;
  } finally {
    file?.close();
  }
}

/** In every format so far, and hardly in the configuration of another program. */
const KEYS = ["formatVersion", "command", "strategy", "seed", "classNames", "normalisation"];
