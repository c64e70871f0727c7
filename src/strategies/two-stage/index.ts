export { type TwoStageOptions, TwoStageSearch } from "./two-stage-search.ts";
