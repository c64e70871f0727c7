export { BACKBONES, type Backbone, type Block } from "./backbone.ts";
export type { EdgeChoice } from "./edges.ts";
export type { Fusion } from "./fusion.ts";
export { fusionKind } from "./kind.ts";
export { type FusionMacro, fusionNetwork } from "./network.ts";
export { fusionSpace } from "./space.ts";
