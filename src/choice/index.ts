export { type Candidate, type ChoiceGroup, type Supports, spaceSize } from "./choice-group.ts";
export { distinctSupports } from "./distinct-supports.ts";
export { randomSupports } from "./random-supports.ts";
export type { Widths } from "./widths.ts";
