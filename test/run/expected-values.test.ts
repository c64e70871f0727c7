import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectedValues } from "../../src/run/expected-values.ts";
import { partsOfRun } from "../../src/run/run-parts.ts";
import { NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { CheckpointStore, loadRunConfig, type RunConfig, RunFolder, type RunState } from "../../src/store/index.ts";
import { ONE_STAGE_CONFIG, SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const GOLDEN = fileURLToPath(new URL("../golden/runs/format-2", import.meta.url));

const NO_SUMS = { loss: 0, correct: 0, gradientNorm: 0 };

async function expectedAt(config: RunConfig, state: RunState) {
  return expectedValues(config, await partsOfRun("x", config, {}), state);
}

describe("the values of a checkpoint", () => {
  it("of a run of format 2 are those of its network", async () => {
    const path = join(temporaryFolder(), "run");
    cpSync(GOLDEN, path, { recursive: true });
    const folder = RunFolder.open(path);
    const { config, ...parts } = await partsOfRun("x", loadRunConfig(folder), {});
    const found = await new CheckpointStore(folder, 1).newest((state) => expectedValues(config, parts, state));
    const { state, values } = found!.checkpoint;
    const expected = expectedValues(config, parts, state);
    expect(expected.size).toBeGreaterThan(20);
    for (const [name, length] of expected) expect([name, values.get(name)!.length]).toEqual([name, length]);
  });

  it("are those of the derived network in the training", async () => {
    const architecture = JSON.stringify("");
    const wrong: RunState = {
      phase: "retrain",
      architecture,
      details: {},
      training: { epoch: 0, step: 0, sums: NO_SUMS },
    };
    await expect(expectedAt(SAMPLE_CONFIG, wrong)).rejects.toThrow();
    const { space } = await partsOfRun("x", SAMPLE_CONFIG, {});
    const right = { ...wrong, architecture: space.formatJson(NAMED_GENOTYPES.ISTA_twostage) };
    const names = [...(await expectedAt(SAMPLE_CONFIG, right)).keys()];
    expect(names).toContain("classifier.weight");
  });

  it("of a search are those of its super-net, in a place of its own strategy that is whole", async () => {
    const place = (strategy: string): RunState => ({ phase: "search", strategy, search: { epoch: 1, step: 0 } });
    const refused = (message: RegExp) =>
      expect.objectContaining({ code: "E_CHECKPOINT", message: expect.stringMatching(message) });
    await expect(expectedAt(SAMPLE_CONFIG, place("one-stage"))).rejects.toThrow(
      refused(/state\.json: got a place in a one-stage search, expected one in this run/),
    );
    await expect(expectedAt(SAMPLE_CONFIG, place("two-stage"))).rejects.toThrow(refused(/state\.search\.sums: /));
    await expect(expectedAt(ONE_STAGE_CONFIG, place("one-stage"))).rejects.toThrow(refused(/state\.search\.sums: /));
    const ledger = { genotypes: [], switches: [], steps: [], last: null };
    const sums = { weightLoss: 0, weightCorrect: 0, gradientNorm: 0, architectureLoss: 0, architectureCorrect: 0 };
    const search = { epoch: 1, step: 0, sums, architecture: { groups: [] }, ledger };
    const values = await expectedAt(SAMPLE_CONFIG, { phase: "search", strategy: "two-stage", search });
    expect(values.size).toBeGreaterThan(500);
  });
});
