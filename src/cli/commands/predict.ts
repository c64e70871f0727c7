/** @file `ista-nas predict`: class names and probabilities of single images. */
import { loadImage } from "../../data/index.ts";
import { printableName } from "../../files/index.ts";
import type { CommandInputs } from "../command.ts";
import { percent } from "../jobs/run-recorder.ts";
import { openTrainedModel } from "../trained-model.ts";

const TOP = 3;

export async function predict({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [modelPath, ...paths] = positional as [string, ...string[]];
  const model = await openTrainedModel(modelPath, flags.threads ?? "auto", 1);
  try {
    const results: { image: string; classes: { name: string; probability: number }[] }[] = [];
    for (const image of paths) {
      const probabilities = await model.probabilities(await loadImage(image, model.shape), 1);
      const classes = model.classNames
        .map((name, k) => ({ name, probability: probabilities[k]! }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, flags.top ?? TOP);
      results.push({ image, classes });
      terminal.line(
        `${printableName(image)}: ${classes.map(({ name, probability }) => `${name} ${percent(probability)}`).join(", ")}`,
      );
    }
    terminal.result({ model: modelPath, images: results });
  } finally {
    await model.close();
  }
}
