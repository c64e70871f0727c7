import { describe, expect, it } from "vitest";
import { timeInTurns } from "../../../src/run/speed/time-in-turns.ts";

/** A clock that only calls move: call `name` takes `seconds`, or what the last of them says once it ran out. */
function scene() {
  let now = 100;
  const made: string[] = [];
  const call = (name: string, ...seconds: number[]) => {
    return async () => {
      made.push(name);
      now += seconds.length > 1 ? seconds.shift()! : seconds[0]!;
    };
  };
  return { clock: () => now, made, call };
}

describe("timeInTurns", () => {
  it("does not count the first calls, two at least and a fifth of the time", async () => {
    const { clock, made, call } = scene();
    const [times] = await timeInTurns([call("a", 8, 4, 0.5)], { seconds: 2, clock });
    expect(times).toEqual([500, 500, 500, 500]);
    expect(made).toHaveLength(6);
    const quick = scene();
    const [ofQuick] = await timeInTurns([quick.call("a", 0.25)], { seconds: 5, clock: quick.clock });
    expect(ofQuick).toEqual(Array.from({ length: 20 }, () => 250));
    expect(quick.made).toHaveLength(4 + 20);
  });

  it("gives three calls to what takes longer than the time", async () => {
    const { clock, made, call } = scene();
    expect(await timeInTurns([call("a", 16)], { seconds: 1, clock })).toEqual([[16000, 16000, 16000]]);
    expect(made).toHaveLength(5);
  });

  it("lets the one go next that has had the least time, the first of two with the same", async () => {
    const { clock, made, call } = scene();
    const times = await timeInTurns([call("slow", 1), call("quick", 0.25)], { seconds: 3, clock });
    expect(times).toEqual([[1000, 1000, 1000], Array.from({ length: 12 }, () => 250)]);
    const warmUp = ["slow", "quick", "quick", "quick", "slow"];
    const turn = ["slow", "quick", "quick", "quick", "quick"];
    expect(made).toEqual([...warmUp, ...turn, ...turn, ...turn]);
  });

  it("measures by the clock in milliseconds, call by call", async () => {
    const { clock, call } = scene();
    const [times] = await timeInTurns([call("a", 0, 0, 0.5, 2, 0.25, 1)], { seconds: 2.75, clock });
    // The first three, of 0.5 seconds in all, and the fifth are the warm-up: a fifth of 2.75 is 0.55.
    expect(times).toEqual([250, 1000, 1000, 1000]);
  });

  it("asks before each call whether to go on", async () => {
    const { clock, made, call } = scene();
    const onCall = () => {
      if (made.length === 4) throw new Error("stop");
    };
    await expect(timeInTurns([call("a", 1)], { seconds: 100, clock, onCall })).rejects.toThrow("stop");
    expect(made).toHaveLength(4);
  });
});
