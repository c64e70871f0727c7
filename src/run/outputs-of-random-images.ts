import { normalisePixels } from "../data/index.ts";
import type { EngineOutputs } from "../export/index.ts";
import { RandomStreams } from "../random/index.ts";
import { CHECK_IMAGES } from "./exported-run.ts";
import { softmax } from "./softmax.ts";
import type { RunClassifier } from "./trained-model.ts";

/** What the engine makes of random images, which do not depend on what they are for. */
export async function outputsOfRandomImages({ config, classifier }: RunClassifier): Promise<EngineOutputs> {
  const { imageSize, imageChannels } = config.training.network;
  const stream = new RandomStreams(config.seed).stream("export/check");
  const images = Uint8Array.from({ length: CHECK_IMAGES * imageSize.height * imageSize.width * imageChannels }, () =>
    stream.integer(256),
  );
  const answers = await classifier.allLogits(normalisePixels(images, config.normalisation));
  const [first, ...others] = answers.map((logits) => {
    return { logits, probabilities: softmax(logits, logits.length / CHECK_IMAGES) };
  });
  return { images, count: CHECK_IMAGES, ...first!, others };
}
