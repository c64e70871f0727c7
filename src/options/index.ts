export {
  choiceFlag,
  durationFlag,
  type Flag,
  type FlagTable,
  integerFlag,
  numberFlag,
  placeFlag,
  spelling,
  switchFlag,
  textFlag,
  threadsFlag,
} from "./flag.ts";
