export { throughSoftmax } from "./darts-search.ts";
export { SecondOrder } from "./second-order.ts";
