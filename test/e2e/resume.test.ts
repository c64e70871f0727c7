import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";
import { fewImages } from "./few-images.ts";

const SMALL = ["--channels", "4", "--cells", "3", "--batch", "128", "--retrain-epochs", "1", "--threads", "2"];
const TWO_STAGE = ["search", "images", ...SMALL, "--epochs", "2"];
const ONE_STAGE = ["search", "images", ...SMALL, "--strategy", "one-stage", "--max-search-epochs", "2"];
/** A checkpoint after every step, so that a run is stopped in the middle of epochs too. */
const OFTEN = ["--checkpoint-minutes", "0"];

describe("a run that is stopped", () => {
  const cwd = temporaryFolder();
  afterAll(() => rmSync(cwd, { recursive: true }));

  const finish = async (args: readonly string[]) => {
    const printed = await runCommand(cwd, args);
    expect(printed.status, printed.error + printed.output).toBe(0);
    return printed.output;
  };

  beforeAll(async () => {
    fewImages(cwd, "images", 1200, 200);
    await finish([...TWO_STAGE, "--out", "whole", ...OFTEN]);
  });

  it("by kill -9, in its search and in its training, ends in the bits of one that was not", async () => {
    const stops = [/run folder/, /search epoch 1/, /search epoch 2/, /retrain epoch/];
    const out = join(cwd, "killed");
    for (const [index, stop] of stops.entries()) {
      const args = index === 0 ? [...TWO_STAGE, "--out", "killed", ...OFTEN] : ["resume", "killed"];
      const printed = await runCommand(cwd, args, {
        interrupt: { signal: "SIGKILL", when: (text) => stop.test(text) },
      });
      expect([0, -9], printed.error).toContain(printed.status);
    }
    await finish(["resume", "killed", "--threads", "1"]);
    expect(lastingParts(out)).toEqual(lastingParts(join(cwd, "whole")));
    expect(await finish(["resume", "killed"])).toMatch(/is finished: nothing is left to do/);
  });

  it("by kill -9 under a budget of multiply-accumulates decides as one that was not, by what it had counted", async () => {
    const args = ["search", "images", "--compute", "26G", ...SMALL.slice(0, 6), "--threads", "2", ...OFTEN];
    await finish([...args, "--out", "counted"]);
    const stops = [/search epoch 1/, /retrain epoch +1/, /retrain epoch +2/];
    for (const [index, stop] of stops.entries()) {
      const begin = index === 0 ? [...args, "--out", "recounted"] : ["resume", "recounted"];
      const printed = await runCommand(cwd, begin, {
        interrupt: { signal: "SIGKILL", when: (text) => stop.test(text) },
      });
      expect([0, -9], printed.error).toContain(printed.status);
    }
    await finish(["resume", "recounted", "--threads", "1"]);
    // Whoever plans anew writes the configuration in the order in which it was read.
    const partsOf = (run: string) => {
      const parts = lastingParts(join(cwd, run));
      return { ...parts, "config.json": JSON.parse(parts["config.json"]!) };
    };
    expect(partsOf("recounted")).toEqual(partsOf("counted"));
    const { compute } = JSON.parse(readFileSync(join(cwd, "counted", "summary.json"), "utf8"));
    const total = compute.search + compute.evaluation + compute.training;
    expect(total / 26e9).toBeGreaterThan(0.8);
    expect(total / 26e9).toBeLessThanOrEqual(1);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s leaves a checkpoint, says how to go on and exits %i", async (signal, status) => {
    const args = [...ONE_STAGE, "--out", signal];
    const when = (text: string) => /search epoch 1/.test(text);
    const printed = await runCommand(cwd, args, { interrupt: { signal, when } });
    expect(printed.status, printed.error).toBe(status);
    expect(printed.error).toContain(`stopped by ${signal}, with a checkpoint of where it was`);
    expect(printed.error).toContain(`go on with: ista-nas resume ${join(cwd, signal)}`);
    expect(printed.error).not.toMatch(/^error|^ {4}at /m);
    expect(readdirSync(join(cwd, signal, "checkpoints")).length).toBeGreaterThan(0);
    expect(await finish(["resume", signal, "--threads", "1"])).toMatch(/goes on from checkpoint 00000\d/);
  });

  it("gives the same whichever signal stopped it", () => {
    const { "config.json": _, ...parts } = lastingParts(join(cwd, "SIGINT"));
    expect(lastingParts(join(cwd, "SIGTERM"))).toMatchObject(parts);
  });

  it("by a second signal ends at once, and loses nothing that a checkpoint holds", async () => {
    const held = () => readdirSync(join(cwd, "twice", "checkpoints")).filter((name) => /^\d+$/.test(name));
    let before: readonly string[] = [];
    const when = (text: string) => {
      if (!/search epoch 1/.test(text)) return false;
      before = held();
      return true;
    };
    const args = [...TWO_STAGE, "--out", "twice", ...OFTEN];
    const printed = await runCommand(cwd, args, { interrupt: { signal: "SIGINT", second: "SIGTERM", when } });
    // Of two signals that wait together either may be delivered first; the later one's number is the status.
    expect([130, 143], printed.error).toContain(printed.status);
    expect(printed.error).not.toContain("with a checkpoint of where it was");
    expect(held()).toContain(before.at(-1));
    await finish(["resume", "twice"]);
    expect(lastingParts(join(cwd, "twice"))).toEqual(lastingParts(join(cwd, "whole")));
  });

  it("fault: because its folder was moved makes none at the old place, and goes on at the new one", async () => {
    const [old, moved] = [join(cwd, "here"), join(cwd, "there")];
    const when = (text: string) => {
      if (/search epoch 1/.test(text) && existsSync(old)) renameSync(old, moved);
      return false;
    };
    const printed = await runCommand(cwd, [...TWO_STAGE, "--out", "here", ...OFTEN], {
      interrupt: { signal: "SIGKILL", when },
    });
    expect(printed.status, printed.output).toBe(1);
    expect(printed.error).toMatch(/error: run folder: \S+here is not there any more, expected it to stay/);
    if (process.platform === "linux") expect(printed.error).toContain(`ista-nas resume ${moved}\n`);
    expect(existsSync(old)).toBe(false);
    await finish(["resume", "there", "--threads", "1"]);
    expect(lastingParts(moved)).toEqual(lastingParts(join(cwd, "whole")));
  });

  it("fault: a checkpoint without identity from a run of another size is named, with the tensor, and touches nothing", async () => {
    const wider = [...TWO_STAGE.map((word) => (word === "4" ? "8" : word)), "--out", "wider"];
    const when = (text: string) => /search epoch 1/.test(text);
    expect((await runCommand(cwd, wider, { interrupt: { signal: "SIGINT", when } })).status).toBe(130);
    const place = (run: string) => join(cwd, run, "checkpoints");
    const taken = readdirSync(place("wider")).at(-1)!;
    cpSync(join(cwd, "whole"), join(cwd, "mixed"), { recursive: true });
    rmSync(join(cwd, "mixed/summary.json"));
    rmSync(place("mixed"), { recursive: true });
    cpSync(join(place("wider"), taken), join(place("mixed"), taken), { recursive: true });
    const file = (name: string) => join(place("mixed"), taken, name);
    const { identity: _, ...state } = JSON.parse(readFileSync(file("state.json"), "utf8")) as Record<string, unknown>;
    const bytes = Buffer.from(JSON.stringify({ ...state, lengths: {} }));
    writeFileSync(file("state.json"), bytes);
    const manifest = JSON.parse(readFileSync(file("manifest.json"), "utf8")) as { files: Record<string, object> };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    manifest.files["state.json"] = { bytes: bytes.length, sha256 };
    writeFileSync(file("manifest.json"), JSON.stringify(manifest));
    const printed = await runCommand(cwd, ["resume", "mixed"]);
    expect(printed.status, printed.output).toBe(1);
    const reason = new RegExp(`${taken}: values\\.safetensors: tensor \\S+: got \\d+ numbers, expected \\d+`);
    expect(printed.error).toMatch(reason);
    expect(printed.error).toMatch(/hint: bring one back from a backup/);
    expect(readdirSync(place("mixed"))).toEqual([taken]);
  });

  it("is not started over by accident: search says how to go on", async () => {
    rmSync(join(cwd, "killed", "summary.json"));
    const refused = await runCommand(cwd, [...TWO_STAGE, "--out", "killed"]);
    expect(refused.status).toBe(2);
    expect(refused.error).toMatch(/killed, a run that is not finished[\s\S]*ista-nas resume killed[\s\S]*--new/);
    const beside = [...TWO_STAGE, "--out", "killed", "--new"];
    const when = (text: string) => /run folder .*killed-2/.test(text);
    expect((await runCommand(cwd, beside, { interrupt: { signal: "SIGKILL", when } })).status).toBe(-9);
  });

  it("goes on with changed settings, and keeps a record of them", async () => {
    const printed = await finish(["resume", "whole", "--with", "retrain-epochs=2,checkpoints-kept=1"]);
    expect(printed).toMatch(/retrain epoch 2\/2/);
    const config = JSON.parse(readFileSync(join(cwd, "whole/config.json"), "utf8")) as { training: { epochs: number } };
    expect(config.training.epochs).toBe(2);
    expect(readdirSync(join(cwd, "whole/checkpoints"))).toHaveLength(1);
  });

  it("because it diverged says where, and goes on from its checkpoint with a lower rate", async () => {
    const printed = await runCommand(cwd, [...TWO_STAGE, "--out", "wild", "--learning-rate", "1e7"]);
    expect(printed.status, printed.output).toBe(1);
    const place =
      /error: search, epoch 1, step \d+: (weight|architecture) step: loss \S+,.*; the newest checkpoint is 000001/;
    expect(printed.error).toMatch(place);
    expect(printed.error).toContain("--with learning-rate=5000000");
    const failure = JSON.parse(readFileSync(join(cwd, "wild/failure.json"), "utf8")) as { readonly code: string };
    expect(failure.code).toBe("E_TRAIN_DIVERGED");
    expect(await finish(["runs", "."])).toMatch(/^wild +failed/m);
    await finish(["resume", "wild", "--with", "learning-rate=0.025,retrain-rate=0.025"]);
    const list = await finish(["runs", "."]);
    expect(list).toMatch(/^wild +finished +two-stage/m);
    expect(list).toMatch(/^SIGINT +finished +one-stage/m);
  });

  it("because the rate of the architecture was too high names that rate, and goes on with a lower one", async () => {
    const printed = await runCommand(cwd, [...TWO_STAGE, "--out", "steep", "--architecture-rate", "1e30"]);
    expect(printed.status, printed.output).toBe(1);
    expect(printed.error).toMatch(/hint: .*resume .*steep --with architecture-rate=5e\+29\n/);
    await finish(["resume", "steep", "--with", "architecture-rate=0.0006"]);
  });

  it.each([
    [["resume", "nowhere"], /there is no such folder[\s\S]*the newest first/],
    [
      ["resume", "whole", "--with", "seed=3"],
      /got "seed=3", expected a setting that this run has[\s\S]*names: .*epochs/,
    ],
    [["resume", "whole", "--with", "max-search-epochs=3"], /expected a setting that this run has/],
    [["resume", "whole", "--with", "epochs=9"], /got epochs=9, but the search of this run is over/],
    [["resume", "whole", "--with", "retrain-epochs=1"], /got retrain-epochs=1, expected at least 2/],
    [["resume", "whole", "--with", "retrain-epochs=many"], /--retrain-epochs: got many, expected an integer/],
  ])("says what is wrong with %j", async (args, message) => {
    const printed = await runCommand(cwd, args);
    expect(printed.status).toBe(2);
    expect(printed.error).toMatch(message);
  });
});
