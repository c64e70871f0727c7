export { STRATEGIES } from "./strategy-table.ts";
