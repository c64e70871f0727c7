import { describe, expect, it } from "vitest";
import { callTimes } from "../../../src/run/speed/call-times.ts";

describe("callTimes", () => {
  it("are those of one image, in whatever order the calls came", () => {
    // In order 4, 8, 12, 16, 40 of four images each: 1, 2, 3, 4, 10; 95 % lie at place 3.8 of 0 to 4.
    const { p95, ...times } = callTimes([16, 4, 40, 8, 12], 4);
    expect(times).toEqual({ calls: 5, min: 1, p50: 3 });
    expect(p95).toBeCloseTo(4 + 0.8 * 6, 12);
  });

  it("of one call is that call", () => {
    expect(callTimes([6], 2)).toEqual({ calls: 1, min: 3, p50: 3, p95: 3 });
  });
});
