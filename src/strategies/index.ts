export { STRATEGIES, type StrategyGiven } from "./strategy-table.ts";
