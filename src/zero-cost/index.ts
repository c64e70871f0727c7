export { meanRanks } from "./mean-ranks.ts";
export { scoreNetwork } from "./score-network.ts";
export { ZERO_COST_SCORES } from "./score-table.ts";
export type { ScorePass, ZeroCostScore } from "./zero-cost-score.ts";
