import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkRoom, type RoomInputs } from "../../src/cli/jobs/check-room.ts";
import { runFootprint } from "../../src/cli/jobs/run-footprint.ts";
import { NAMED_GENOTYPES } from "../../src/spaces/darts/index.ts";
import { freeDisk, totalOf } from "../../src/store/index.ts";
import { captureTerminal } from "../captured-terminal.ts";
import { runCommand } from "../e2e/command-line.ts";
import { SAMPLE_CONFIG } from "../store/sample-config.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const GIB = 2 ** 30;
const GENOTYPE = NAMED_GENOTYPES.ISTA_twostage;

let captured = captureTerminal();
function inputs(change: Partial<RoomInputs> = {}): RoomInputs {
  captured = captureTerminal();
  const { terminal } = captured;
  return { config: SAMPLE_CONFIG, genotype: null, threads: 2, path: "runs/x", checkpoints: null, terminal, ...change };
}

const room = (memory: number, disk = GIB) => ({
  memory: () => ({ bytes: memory, source: "a test" }),
  disk: () => ({ bytes: disk, folder: "/there" }),
});

const firstNeeds = async () => totalOf((await runFootprint(SAMPLE_CONFIG, { supports: "first" }, 2)).memory);

describe("memory for a run", () => {
  it("is refused a byte below what the first supports need, and nothing is said far above", async () => {
    const needed = await firstNeeds();
    await expect(checkRoom(inputs(), room(needed - 1))).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUN_MEMORY",
        message: expect.stringMatching(/needs about \d+ MiB \(steps of the search .*, got \d+ MiB according to a test/),
        hint: "lower --batch or --channels, or add --recompute",
      }),
    );
    await checkRoom(inputs(), room(10 * needed));
    expect(captured.printed()).toBe("");
  });

  it("that may become too little is told, and the run begins", async () => {
    await checkRoom(inputs(), room(await firstNeeds()));
    expect(captured.printed()).toMatch(/to begin with, up to \d+ MiB if the search chooses large convolutions/);
  });

  it("does not ask for --recompute where it is on, nor for flags of a run that goes on", async () => {
    const config = { ...SAMPLE_CONFIG, search: { ...SAMPLE_CONFIG.search!, recompute: true } };
    await expect(checkRoom(inputs({ config }), room(1))).rejects.toMatchObject({ hint: "lower --batch or --channels" });
    const resumed = inputs({ checkpoints: 1, genotype: GENOTYPE });
    await expect(checkRoom(resumed, room(1))).rejects.toMatchObject({ hint: expect.stringContaining("free some") });
  });

  it("grows with the batch, and is less for a training without a search", async () => {
    const bytes = async (batch: number) => {
      const search = { ...SAMPLE_CONFIG.search!, batch };
      const config = { ...SAMPLE_CONFIG, search, retrain: { ...SAMPLE_CONFIG.retrain, batch } };
      return (await runFootprint(config, { supports: "first" }, 1)).memory[0]!.bytes;
    };
    expect(await bytes(64)).toBeGreaterThan(4 * (await bytes(8)));
    const trained = await runFootprint(SAMPLE_CONFIG, { genotype: GENOTYPE }, 2);
    expect(totalOf(trained.memory)).toBeLessThan(await firstNeeds());
  });

  it("refuses what no device can have before a byte of it is taken", async () => {
    const search = { ...SAMPLE_CONFIG.search!, batch: 200_000 };
    await expect(checkRoom(inputs({ config: { ...SAMPLE_CONFIG, search } }), room(64 * GIB))).rejects.toMatchObject({
      code: "E_DEVICE_MEMORY",
    });
  });
});

describe("disk for a run", () => {
  it("is to hold one checkpoint more than are kept, and the results", async () => {
    const { checkpointBytes, resultBytes } = await runFootprint(SAMPLE_CONFIG, { supports: "first" }, 2);
    const needed = (SAMPLE_CONFIG.checkpoints.kept + 1) * checkpointBytes + resultBytes;
    await checkRoom(inputs(), room(GIB, needed));
    await expect(checkRoom(inputs(), room(GIB, needed - 1))).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUN_DISK",
        message: expect.stringMatching(/needs about .*4 checkpoints .*results .* free at \/there/),
        hint: expect.stringMatching(/--checkpoints-kept.*--out/),
      }),
    );
    await checkRoom(inputs({ checkpoints: 3 }), room(GIB, needed - 3 * checkpointBytes));
    await expect(checkRoom(inputs({ checkpoints: 3 }), room(GIB, resultBytes))).rejects.toMatchObject({
      hint: expect.stringContaining("--with checkpoints-kept=1"),
    });
  });

  it("is not asked for where the system does not say", async () => {
    await checkRoom(inputs(), { ...room(GIB), disk: () => null });
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
