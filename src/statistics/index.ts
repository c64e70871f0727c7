export { averageRanks } from "./average-ranks.ts";
export { type BootstrapOptions, bootstrapInterval } from "./bootstrap-interval.ts";
export { kendallTau } from "./kendall-tau.ts";
export { mean } from "./mean.ts";
export { type MeanInterval, meanInterval } from "./mean-interval.ts";
export { median } from "./median.ts";
export { spearmanRho } from "./spearman-rho.ts";
export { studentQuantile } from "./student-quantile.ts";
