export { countCorrect, predictedClass } from "./accuracy.ts";
export { Adam, type AdamOptions, type AdamState } from "./adam.ts";
export { ArchitectureStep, type ArchitectureStepResult } from "./architecture-step.ts";
export { Classifier, type CountedBatch } from "./classifier.ts";
export { type RetrainEvent, type RetrainOptions, retrain } from "./retrain.ts";
export { cosineRate } from "./schedule.ts";
export type { BatchSource, EdgeWeightVectors, StepResult, TrainingBatch } from "./training-step.ts";
export { WeightStep, type WeightStepInputs, type WeightStepOptions, type WeightStepResult } from "./weight-step.ts";
export { initialiseWeights, readWeights, type Weights } from "./weights.ts";
