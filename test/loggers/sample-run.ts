/** @file The folder of a run whose journal is the sample's. */
import { join } from "node:path";
import { drawDiagram } from "../../src/export/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { JOURNAL_FILE, type JournalEntry, RunFolder, SUMMARY_FILE } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A folder with its configuration and nothing else. */
export function sampleFolder(): RunFolder {
  const folder = RunFolder.create(join(temporaryFolder(), "sample"));
  folder.writeJson("config.json", SAMPLE_CONFIG);
  return folder;
}

/** The journal holds these and nothing else. */
export function writeJournal(folder: RunFolder, entries: readonly JournalEntry[]): void {
  folder.write(JOURNAL_FILE, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** What a run leaves when it is finished. */
export function writeResults(folder: RunFolder): void {
  const space = SPACES[0]!.create({ sparsity: 2 });
  const [baseline] = space.baselines!;
  folder.write("cells.svg", drawDiagram(space.draw(baseline!.architecture)));
  folder.write("model.onnx", Buffer.from([8, 8]));
  folder.write("README.md", "# Card\n");
  const classes = SAMPLE_CONFIG.classNames.length;
  const labels = [0, 1, 2, classes - 1];
  const answers = { labels, predictions: [0, 1, 0, classes - 1], confidences: [1, 0.5, 0.5, 1], labelPlaces: null };
  folder.writeJson("test-predictions.json", { shape: { height: 8, width: 8, channels: 3 }, ...answers, kept: [] });
  folder.writeJson(SUMMARY_FILE, { architecture: "as text", testAccuracy: 0.75 });
}
