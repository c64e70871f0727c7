/** Schemas of options and states are of this zod: one of another version may not fit them. */
export { z } from "zod";
export { spelling } from "../spelling.ts";
export {
  AUTO,
  choiceFlag,
  computeFlag,
  durationFlag,
  type Flag,
  type FlagSchema,
  type FlagTable,
  integerFlag,
  namesFlag,
  numberFlag,
  orAuto,
  PLAIN_NAME,
  placeFlag,
  sharesFlag,
  sharesOf,
  switchFlag,
  textFlag,
  threadsFlag,
  wordsFlag,
  wordsOf,
} from "./flag.ts";
