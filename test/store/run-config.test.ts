import { expect, it } from "vitest";
import { assertRunConfig } from "../../src/store/index.ts";
import { SAMPLE_CONFIG } from "./sample-config.ts";

it("a config.json that could not be read back is refused before it is written", () => {
  assertRunConfig(SAMPLE_CONFIG);
  const { data, normalisation, strategy } = SAMPLE_CONFIG;
  const wrong: readonly [object, RegExp][] = [
    [{ data: { ...data, testImages: 0 } }, /data\.testImages/],
    [{ normalisation: { ...normalisation, mean: [Number.NaN, 0, 0] } }, /normalisation\.mean\.0/],
    [{ space: { kind: "darts", options: { sparsity: 0 } } }, /space\.options\.sparsity/],
    [{ strategy: { ...strategy, options: { ...strategy.options, batch: 0.5 } } }, /strategy\.options\.batch/],
    [{ strategy: { ...strategy, options: { ...strategy.options, colour: "grey" } } }, /a setting that is not read/],
    [{ space: { kind: "darts", options: { sparsity: 2, colour: "grey" } } }, /a setting that is not read/],
    [{ colour: "grey" }, /a setting that is not read/],
  ];
  for (const [part, message] of wrong) {
    const expected = expect.objectContaining({ code: "E_RUN_CONFIG", message: expect.stringMatching(message) });
    expect(() => assertRunConfig({ ...SAMPLE_CONFIG, ...part })).toThrow(expected);
  }
});
