export { channelWeights, penaltyOf } from "./channel-price.ts";
export { livingChannels } from "./living-channels.ts";
export { pricedStepOptions } from "./priced-step.ts";
export { takeChannels } from "./take-channels.ts";
