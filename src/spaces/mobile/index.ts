export { atomSpace } from "./atom-space.ts";
export { type AtomWindow, formatAtoms, parseAtoms } from "./atoms.ts";
export { BLOCKS, type Block, buildBlock, buildBottleneck, isBlock } from "./block.ts";
export type { Chain, LayerChoice } from "./chain.ts";
export { mobileKind } from "./kind.ts";
export { type MobileMacro, mobileNetwork } from "./network.ts";
export { mobileSpace } from "./space.ts";
export { CHAIN_SHAPES, type ChainShape, type Stage } from "./stages.ts";
