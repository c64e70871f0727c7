import { expect, it } from "vitest";
import { distinctSupports } from "../../src/choice/index.ts";
import { RandomStreams } from "../../src/random/index.ts";

const group = (name: string, count: number, sparsity: number) => ({
  ...{ name, sparsity },
  candidates: Array.from({ length: count }, (_, index) => ({ name: `${index}`, label: `${index}`, cost: 1 })),
});
const GROUPS = [group("a", 3, 1), group("b", 4, 2)];
const draw = (count: number) => distinctSupports(GROUPS, count, new RandomStreams(1).stream("sample"));

it("draws no architecture twice, up to all there are, and begins a larger sample with the smaller one", () => {
  const all = draw(18);
  expect(new Set(all.map((supports) => JSON.stringify(supports))).size).toBe(18);
  expect(draw(5)).toEqual(all.slice(0, 5));
  expect(() => draw(19)).toThrow(/got 19, expected at most 18/);
});
