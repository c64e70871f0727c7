/** @file The network of a run in the runtime that trained it. */
import { normalisePixels } from "../../data/index.ts";
import { Classifier } from "../../train/index.ts";
import type { RunClassifier } from "../trained-model.ts";
import { randomPixels } from "./random-pixels.ts";
import type { SpeedSide } from "./speed-side.ts";

/** Takes `run` over. */
export function engineSide(run: RunClassifier): SpeedSide {
  const { config, space, architecture, device } = run;
  const { network } = config.training;
  const { imageSize, imageChannels } = network;
  const build = space.derivedNetwork(network, architecture);
  return {
    runtime: "ista-nas",
    threads: device.threads,
    fixedBatch: null,
    async prepare(batch) {
      const classifier = await Classifier.compile(device, build, { batch });
      const pixels = randomPixels(batch * imageSize.height * imageSize.width * imageChannels);
      const images = normalisePixels(pixels, config.normalisation);
      return { run: () => classifier.logits(images), release: () => classifier.release() };
    },
    close: () => run.close(),
  };
}
