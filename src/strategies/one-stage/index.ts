export { drawArchitecture } from "./draw-architecture.ts";
export { type OneStageOptions, OneStageSearch, type OneStageState } from "./one-stage-search.ts";
