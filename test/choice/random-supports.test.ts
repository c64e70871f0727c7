import { describe, expect, it } from "vitest";
import { randomSupports } from "../../src/choice/index.ts";
import { RandomStream } from "../../src/random/index.ts";
import { dartsCells } from "../../src/spaces/darts/index.ts";

describe("randomSupports", () => {
  it("keeps its draws between versions", () => {
    expect(randomSupports(dartsCells().groups, new RandomStream(11))).toMatchInlineSnapshot(`
      [
        [
          10,
          12,
        ],
        [
          16,
          20,
        ],
        [
          1,
          15,
        ],
        [
          0,
          12,
        ],
        [
          8,
          10,
        ],
        [
          3,
          10,
        ],
        [
          8,
          27,
        ],
        [
          17,
          25,
        ],
      ]
    `);
  });

  it("draws every support equally often", () => {
    const space = dartsCells({ intermediateCount: 1 });
    const stream = new RandomStream(5);
    const counts = new Map<string, number>();
    const draws = 9100;
    for (let i = 0; i < draws / 2; i++) {
      for (const support of randomSupports(space.groups, stream)) {
        counts.set(String(support), (counts.get(String(support)) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(91);
    const expected = draws / 91;
    let chiSquare = 0;
    for (const count of counts.values()) chiSquare += (count - expected) ** 2 / expected;
    // 99.9 % quantile of chi-square with 90 degrees of freedom.
    expect(chiSquare).toBeLessThan(137.2);
  });
});
