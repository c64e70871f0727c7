export { debias, debiasedGradient, debiasedWeights } from "./debiased-weights.ts";
export {
  type CreateDictionaryOptions,
  createDictionary,
  DICTIONARY_DISTRIBUTIONS,
  type Dictionary,
  type DictionaryDistribution,
  dictionaryFromRows,
} from "./dictionary.ts";
export { edgeWeights, measurementGradient } from "./edge-weights.ts";
export { gramResidual } from "./gram-residual.ts";
export { type LassoOptions, type LassoResult, solveLasso } from "./lasso.ts";
export type { LassoCertificate, LassoProblem } from "./lasso-problem.ts";
export { type LearnedDictionary, learnDictionary } from "./learn-dictionary.ts";
export { lipschitzConstant } from "./lipschitz-constant.ts";
export { logDeterminant } from "./log-determinant.ts";
export { mutualCoherence } from "./mutual-coherence.ts";
export {
  type CandidatePlace,
  type PairEffect,
  type PathEffects,
  type PathEffectsOptions,
  type PathMeasurement,
  recoverPathEffects,
} from "./path-effects.ts";
export { measure } from "./products.ts";
export { type RecoverOptions, recover, type SparseCode } from "./recover.ts";
export { type RecoveryPremise, recoveryPremise } from "./recovery-premise.ts";
export { softThreshold } from "./soft-threshold.ts";
export { LASSO_SOLVERS, type LassoSolverName } from "./solvers/index.ts";
export type { LassoSolution, LassoSolver, LassoSolverOptions } from "./solvers/lasso-solver.ts";
export { selectSupport } from "./support.ts";
export { symmetricEigenvalues } from "./symmetric-eigenvalues.ts";
export { welchBound } from "./welch-bound.ts";
