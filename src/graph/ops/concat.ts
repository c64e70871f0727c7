/** @file Concatenation along channels, and its inverse. */
import { GRADIENT_OF_GRADIENT, type RulesOf } from "../op-rule.ts";
import { expectRank, expectSameShape, shapeError } from "../shape.ts";

export interface ConcatOps {
  /** (inputs `[N, H, W, C_k]`) -> `[N, H, W, sum of C_k]` */
  concat: Record<never, never>;
  /** (input `[N, H, W, C]`) -> channels `start` to `start + channels` */
  channelSlice: { readonly start: number; readonly channels: number };
}

export const concatRules: RulesOf<ConcatOps> = {
  concat: {
    shapes(inputs) {
      const first = expectRank("concat input", inputs[0], 4);
      let channels = 0;
      for (const shape of inputs) {
        expectSameShape("concat input", shape.slice(0, 3), first.slice(0, 3));
        channels += shape[3]!;
      }
      return [[...first.slice(0, 3), channels]];
    },
    gradient({ graph, inputs, cotangents, needs }) {
      let start = 0;
      return inputs.map((input, k) => {
        const channels = input.shape[3]!;
        const attributes = { start, channels };
        start += channels;
        return needs[k] ? graph.apply("channelSlice", [cotangents[0]!], attributes) : null;
      });
    },
  },
  channelSlice: {
    shapes([input], { start, channels }) {
      const shape = expectRank("channelSlice input", input, 4);
      if (start + channels > shape[3]!) {
        throw shapeError("channelSlice", `channels ${start} to ${start + channels}`, `at most ${shape[3]}`);
      }
      return [[...shape.slice(0, 3), channels]];
    },
    gradient: GRADIENT_OF_GRADIENT,
  },
};
