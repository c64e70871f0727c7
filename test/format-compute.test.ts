import { expect, it } from "vitest";
import { formatCompute } from "../src/format-compute.ts";

it.each([
  [0, "0"],
  [999, "999"],
  [5_512_345, "5.51M"],
  [999_499_999, "999M"],
  [999_500_000, "1G"],
  [830e9, "830G"],
  [2.437e12, "2.44T"],
  [1.2e18, "1200P"],
])("%s multiply-accumulates are %s", (macs, text) => {
  expect(formatCompute(macs)).toBe(text);
});
