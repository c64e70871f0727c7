export { straightThrough } from "./straight-through.ts";
