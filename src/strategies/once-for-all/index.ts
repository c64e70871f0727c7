export { ElasticTraining } from "./elastic-training.ts";
export { NestedChoices } from "./nested-choices.ts";
export { SharedWeights } from "./shared-weights.ts";
export { sortChannels } from "./sort-channels.ts";
export { SubNetworkPass } from "./sub-network-pass.ts";
export { Teacher } from "./teacher.ts";
