import { describe, expect, it } from "vitest";
import { closestReplay } from "../../../src/cli/verify/closest-replay.ts";
import { ErrorLedger } from "../../../src/cli/verify/error-ledger.ts";
import type { ParameterSpec } from "../../../src/network/index.ts";

const PARAMETER: ParameterSpec = {
  ...{ name: "stem.filter", shape: [2], initialiser: { kind: "fill", value: 0 }, role: "filter", owner: null },
};
const golden = () => Float64Array.of(0.5, -3);

function ledgerWith(error: number): ErrorLedger {
  const ledger = new ErrorLedger();
  ledger.absolute("trajectory", 1e-4, "loss", [error], [0]);
  return ledger;
}

describe("closestReplay", () => {
  it("keeps the replay of the golden parameters when it follows", async () => {
    const starts: Float64Array[] = [];
    const ledger = await closestReplay(async (start) => {
      starts.push(start(PARAMETER));
      return ledgerWith(1e-6);
    }, golden);
    expect(ledger.passed).toBe(true);
    expect(starts).toEqual([golden()]);
  });

  it("tries parameters moved within float32 rounding, each try another, and keeps the first that follows", async () => {
    const starts: Float64Array[] = [];
    const ledger = await closestReplay(async (start) => {
      starts.push(start(PARAMETER));
      return ledgerWith(starts.length < 4 ? 2e-2 : 3e-6);
    }, golden);
    expect(ledger.rows[0]!.worst).toBe(3e-6);
    expect(starts).toHaveLength(4);
    expect(new Set(starts.map(([first]) => first)).size).toBe(4);
    for (const start of starts) {
      for (const [i, value] of start.entries())
        expect(Math.abs(value / golden()[i]! - 1)).toBeLessThanOrEqual(2 ** -23);
    }
  });

  it("reports the golden parameters' own replay when none follows", async () => {
    let replays = 0;
    const ledger = await closestReplay(async () => ledgerWith(replays++ === 0 ? 0.5 : 0.7), golden);
    expect(ledger.rows[0]!.worst).toBe(0.5);
    expect(replays).toBe(17);
  });
});
