/** @file Chains that no search has to find: the blocks of MobileNetV2, and the chain that ProxylessNAS found for phones. */
import type { Baseline } from "../baseline.ts";
import { type Chain, parseChain } from "./chain.ts";
import { type ChainShape, layersOf } from "./stages.ts";

const PROXYLESS_LAYERS = [4, 4, 4, 4, 4, 1];

const PROXYLESS =
  "mb3_5x5 mb3_3x3 identity identity | mb3_7x7 mb3_3x3 mb3_5x5 mb3_5x5 | mb6_7x7 mb3_5x5 mb3_5x5 mb3_5x5 | " +
  "mb6_5x5 mb3_5x5 mb3_5x5 mb3_5x5 | mb6_7x7 mb6_7x7 mb3_7x7 mb3_7x7 | mb6_7x7";

/** The published one where `shape` has its stages. */
export function mobileBaselines(shape: ChainShape): readonly Baseline<Chain>[] {
  const byHand: Baseline<Chain> = {
    name: "MOBILE_all_mb6_3x3",
    summary: "expansion 6 and 3x3 in every layer, as MobileNetV2",
    architecture: layersOf(shape).map(() => "mb6_3x3"),
  };
  const isPublishedShape = shape.stages.map(({ layers }) => layers).join() === PROXYLESS_LAYERS.join();
  if (!isPublishedShape) return [byHand];
  const summary = "the chain of ProxylessNAS for phones";
  return [byHand, { name: "PROXYLESS_mobile", summary, architecture: parseChain(shape, PROXYLESS) }];
}
