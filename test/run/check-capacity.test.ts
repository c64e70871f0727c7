import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CapacityInputs, checkCapacity } from "../../src/run/check-capacity.ts";
import { type FootprintOf, runFootprint } from "../../src/run/run-footprint.ts";
import { partsOfRun, type RunParts } from "../../src/run/run-parts.ts";
import { NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { freeDisk, type RunConfig, totalOf } from "../../src/store/index.ts";
import { captureHost } from "../captured-host.ts";
import { runCommand } from "../e2e/command-line.ts";
import { ONE_STAGE_CONFIG, SAMPLE_CONFIG, TRAINING_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const GIB = 2 ** 30;
const GENOTYPE = NAMED_GENOTYPES.ISTA_twostage;

const partsOf = (config: RunConfig): Promise<RunParts> => partsOfRun("x", config, {});
const PARTS = await partsOf(SAMPLE_CONFIG);
const { strategy, training } = SAMPLE_CONFIG;

/** A sample with other options of its search. */
const withOptions = (options: object): RunConfig => ({
  ...SAMPLE_CONFIG,
  strategy: { ...strategy, options: { ...strategy.options, ...options } },
});

let captured = captureHost();
function inputs(change: Partial<CapacityInputs> = {}): CapacityInputs {
  captured = captureHost(2);
  const { host } = captured;
  return {
    config: SAMPLE_CONFIG,
    parts: PARTS,
    architecture: null,
    path: "runs/x",
    checkpoints: null,
    host,
    ...change,
  };
}

const probes = (memory: number, disk = GIB) => ({
  memory: () => ({ bytes: memory, source: "a test" }),
  disk: () => ({ bytes: disk, folder: "/there" }),
});

const footprint = (config: RunConfig = SAMPLE_CONFIG, what: FootprintOf = { supports: "first" }, threads = 2) =>
  runFootprint(config, PARTS, what, threads);

const firstNeeds = async () => totalOf((await footprint()).memory);

describe("memory for a run", () => {
  it("is refused a byte below what the first supports need, and nothing is said far above", async () => {
    const needed = await firstNeeds();
    await expect(checkCapacity(inputs(), probes(needed - 1))).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUN_MEMORY",
        message: expect.stringMatching(/needs about \d+ MiB \(steps of the search .*, got \d+ MiB according to a test/),
        hint: "lower --batch or --channels, raise --accumulate, or add --recompute",
      }),
    );
    await checkCapacity(inputs(), probes(10 * needed));
    expect(captured.notes()).toBe("");
  });

  it("that may become too little is told, and the run begins", async () => {
    await checkCapacity(inputs(), probes(await firstNeeds()));
    expect(captured.notes()).toMatch(/to begin with, up to \d+ MiB if the search chooses large convolutions/);
  });

  it("does not ask for --recompute where it is on, nor for flags of a run that goes on", async () => {
    const recomputing = inputs({ config: withOptions({ recompute: true }) });
    await expect(checkCapacity(recomputing, probes(1))).rejects.toMatchObject({
      hint: "lower --batch or --channels, raise --accumulate",
    });
    const resumed = inputs({ checkpoints: 1, architecture: GENOTYPE });
    await expect(checkCapacity(resumed, probes(1))).rejects.toMatchObject({
      hint: expect.stringContaining("free some"),
    });
  });

  it("grows with the batch, and is less for a training without a search", async () => {
    const bytes = async (batch: number) => {
      const config = { ...withOptions({ batch }), training: { ...training, batch } };
      return (await footprint(config, { supports: "first" }, 1)).memory[0]!.bytes;
    };
    expect(await bytes(64)).toBeGreaterThan(4 * (await bytes(8)));
    const parts = await partsOf(TRAINING_CONFIG);
    const trained = await runFootprint(TRAINING_CONFIG, parts, { architecture: GENOTYPE }, 2);
    expect(totalOf(trained.memory)).toBeLessThan(await firstNeeds());
    const left = await footprint(SAMPLE_CONFIG, { architecture: GENOTYPE });
    expect(left).toEqual(trained);
  });

  it("counts two batches where they are large", async () => {
    const large = { ...SAMPLE_CONFIG, training: { ...training, batch: 1 << 16, accumulate: 1 << 14 } };
    const { imageSize, imageChannels } = training.network;
    const bytes = 2 * 4 * 65_536 * imageSize.height * imageSize.width * imageChannels;
    expect((await footprint(large)).memory).toContainEqual({ what: "batches", bytes });
    expect((await footprint()).memory.map(({ what }) => what)).not.toContain("batches");
  });

  it("of a one-stage search is that of one kind of step, and its super-net stays to the end", async () => {
    const parts = await partsOf(ONE_STAGE_CONFIG);
    const first = await runFootprint(ONE_STAGE_CONFIG, parts, { supports: "first" }, 2);
    expect(first.memory.map(({ what }) => what)).toEqual(["steps", "weights and their copies", "the rest"]);
    const later = await runFootprint(ONE_STAGE_CONFIG, parts, { architecture: GENOTYPE }, 2);
    expect(later.checkpointBytes).toBe(first.checkpointBytes);
    const { checkpointBytes } = await footprint(SAMPLE_CONFIG, { architecture: GENOTYPE });
    expect(checkpointBytes).toBeLessThan(later.checkpointBytes);
  });

  it("refuses what no device can have before a byte of it is taken", async () => {
    const huge = inputs({ config: withOptions({ batch: 200_000 }) });
    await expect(checkCapacity(huge, probes(64 * GIB))).rejects.toMatchObject({
      code: "E_DEVICE_MEMORY",
    });
  });
});

describe("disk for a run", () => {
  it("is to hold one checkpoint more than are kept, and the results", async () => {
    const { checkpointBytes, resultBytes } = await footprint();
    const needed = (SAMPLE_CONFIG.checkpoints.kept + 1) * checkpointBytes + resultBytes;
    await checkCapacity(inputs(), probes(GIB, needed));
    await expect(checkCapacity(inputs(), probes(GIB, needed - 1))).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUN_DISK",
        message: expect.stringMatching(/needs about .*4 checkpoints .*results .* free at \/there/),
        hint: expect.stringMatching(/--checkpoints-kept.*--out/),
      }),
    );
    await checkCapacity(inputs({ checkpoints: 3 }), probes(GIB, needed - 3 * checkpointBytes));
    await expect(checkCapacity(inputs({ checkpoints: 3 }), probes(GIB, resultBytes))).rejects.toMatchObject({
      hint: expect.stringContaining("--with checkpoints-kept=1"),
    });
  });

  it("is not asked for where the system does not say", async () => {
    await checkCapacity(inputs(), { ...probes(GIB), disk: () => null });
  });

  it("is asked of the nearest folder that is there", () => {
    const folder = temporaryFolder();
    expect(freeDisk(join(folder, "a", "b"))).toMatchObject({ folder });
  });

  it("of a small file system refuses the run and leaves nothing there", async (context) => {
    const folder = temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "pipe" });
    } catch (error) {
      context.skip(`no file system can be mounted here: ${(error as Error).message.trim()}`);
    }
    try {
      expect(freeDisk(join(folder, "run"))!.bytes).toBeLessThanOrEqual(2 * 2 ** 20);
      const answer = await runCommand(folder, ["train", "ISTA_twostage", "demo", "--epochs", "1", "--out", "run"]);
      expect(answer.error).toMatch(/error: disk: the run needs about .* free at/);
      expect(answer.status).toBe(1);
      expect(existsSync(join(folder, "run"))).toBe(false);
    } finally {
      execFileSync("umount", [folder]);
    }
  });
});
