/** @file A network small enough to be run many times: pictures of 8x8, both kinds of cell, batch norm with scale and shift everywhere. */
import type { DartsMacro } from "../src/spaces/darts/index.ts";

export const TINY_SPEC: DartsMacro = {
  imageSize: { height: 8, width: 8 },
  imageChannels: 3,
  classCount: 5,
  initChannels: 4,
  cellCount: 4,
  stem: "cifar",
  affine: true,
  poolNorm: true,
  skipNorm: true,
  auxiliaryHead: false,
};
