export { type TwoStageOptions, TwoStageSearch, type TwoStageState } from "./two-stage-search.ts";
