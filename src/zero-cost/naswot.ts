/**
 * @file NASWOT (Mellor et al. 2021, "Neural architecture search without training", equation 2): how well the network tells images apart by which of its
 * ReLUs let them through. K_H holds for each pair of images the number of ReLUs that treat both alike; the score is log det K_H.
 *
 * A ReLU before a convolution is a place of its own, as the published networks have one each; both halves of a factorized reduction share one.
 */
import { liveNodes, type Node, type Value } from "../graph/index.ts";
import { logDeterminant } from "../sparse/index.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

const WORD = 32;

export const naswot: ZeroCostScore = {
  name: "naswot",
  summary: "log-determinant of the agreement of ReLU codes",
  needs: "images",
  async compile(device, build, batch) {
    const { graph, logits } = build({ ...SCORED_PASS, batch });
    const counts = new Map<Value, number>();
    for (const node of liveNodes(graph, [logits])) {
      if (isReluPlace(node)) counts.set(node.inputs[0]!, (counts.get(node.inputs[0]!) ?? 0) + 1);
    }
    const places = [...counts];
    const outputs = Object.fromEntries(places.map(([value], place) => [String(place), value]));
    const executable = await device.compile({ graph, outputs: { logits, ...outputs } });
    return {
      peakBytes: executable.peakBytes,
      async score({ images }) {
        const computed = await executable.run({ images });
        const kernel = new Float64Array(batch * batch);
        for (const [place, [, count]] of places.entries()) addAgreement(kernel, computed[place]!, batch, count);
        return logDeterminant(kernel, batch);
      },
      release: () => executable.release(),
    };
  },
};

function isReluPlace(node: Node): boolean {
  switch (node.kind) {
    case "relu":
    case "relu6":
      return true;
    case "convolution":
    case "depthwise":
      return node.attributes.relu;
    case "pointwise":
      return node.attributes.relu && node.attributes.offset === 0;
    default:
      return false;
  }
}

/** Adds to `kernel` `[count, count]`, `times` over, for each pair of rows of `values` `[count, ...]` how many of their entries are both above zero or both not. */
export function addAgreement(kernel: Float64Array, values: ArrayLike<number>, count: number, times: number): void {
  const length = values.length / count;
  const words = Math.ceil(length / WORD);
  const codes = new Int32Array(count * words);
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < length; at++) {
      if (values[row * length + at]! > 0) codes[row * words + Math.floor(at / WORD)]! |= 1 << (at % WORD);
    }
  }
  for (let row = 0; row < count; row++) {
    for (let other = 0; other <= row; other++) {
      let different = 0;
      for (let word = 0; word < words; word++) {
        different += bitCount(codes[row * words + word]! ^ codes[other * words + word]!);
      }
      const agreement = times * (length - different);
      kernel[row * count + other]! += agreement;
      if (other !== row) kernel[other * count + row]! += agreement;
    }
  }
}

/** Bits that are set, by adding neighbours up (Warren, Hacker's Delight, section 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
