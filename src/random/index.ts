export { exactCos, exactExp, exactLog, exactSin } from "./elementary.ts";
export { type RandomState, RandomStream } from "./stream.ts";
export { RandomStreams } from "./streams.ts";
