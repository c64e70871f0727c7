/**
 * @file Fisher pruning (Theis et al. 2018, equation 7; Turner et al. 2020) as Abdelfattah et al. 2021 sum it over a network: for each channel that a
 * convolution or the linear layer puts out, half the mean over images of (sum over pixels of a dL/da) squared.
 */
import { differentiate, liveNodes } from "../graph/index.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

const KINDS: readonly string[] = ["convolution", "depthwise", "pointwise", "linear"];

export const fisher: ZeroCostScore = {
  name: "fisher",
  summary: "sum over channels of the squared sum of a dL/da",
  needs: "labels",
  async compile(device, build, batch) {
    const { graph, logits } = build({ ...SCORED_PASS, batch });
    const layers = liveNodes(graph, [logits]).filter(({ kind }) => KINDS.includes(kind));
    const activations = layers.map(({ outputs }) => outputs[0]!);
    const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [batch])], { labelSmoothing: 0 });
    const gradients = differentiate(graph, loss, activations);
    const outputs = Object.fromEntries(
      activations.flatMap((activation, layer) => [
        [`activation/${layer}`, activation],
        [`gradient/${layer}`, gradients[layer]!],
      ]),
    );
    const executable = await device.compile({ graph, outputs });
    return {
      peakBytes: executable.peakBytes,
      async score({ images, labels }) {
        const computed = await executable.run({ images, labels });
        return activations.reduce((sum, { shape }, layer) => {
          const [activation, gradient] = [computed[`activation/${layer}`]!, computed[`gradient/${layer}`]!];
          return sum + squaredSums(activation, gradient, batch, shape.at(-1)!) / (2 * batch);
        }, 0);
      },
      release: () => executable.release(),
    };
  },
};

/** Over all images and channels, the square of the sum over pixels of the product; channels are what lies next to each other. */
function squaredSums(
  activation: ArrayLike<number>,
  gradient: ArrayLike<number>,
  images: number,
  channels: number,
): number {
  const length = activation.length / images;
  let squares = 0;
  for (let image = 0; image < images; image++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      const end = (image + 1) * length;
      for (let at = image * length + channel; at < end; at += channels) sum += activation[at]! * gradient[at]!;
      squares += sum * sum;
    }
  }
  return squares;
}
