export { scoreGradient } from "./score-gradient.ts";
