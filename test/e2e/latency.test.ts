/** A search within `--max-milliseconds`: the table is measured once, written down, and what the run goes by from then on. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { LatencyCheck } from "../../src/run/index.ts";
import type { LatencyTable } from "../../src/search/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";
import { fewImages } from "./few-images.ts";

const SMALL = ["--space", "nas-bench-201", "--channels", "4", "--cells", "1", "--batch", "16", "--retrain-epochs", "1"];

interface Config {
  readonly strategy: { readonly options: { readonly limits: { readonly latency: LatencyTable } } };
}

describe("search --max-milliseconds", () => {
  const cwd = temporaryFolder();
  const search = (limit: string, out: string) => {
    const args = ["search", "images", "--strategy", "random", ...SMALL, "--retrain-cells", "1", "--threads", "1"];
    return runCommand(cwd, [...args, "--max-milliseconds", limit, "--out", out]);
  };
  const read = (run: string, file: string) => JSON.parse(readFileSync(join(cwd, run, file), "utf8")) as unknown;
  const tableOf = (run: string) => (read(run, "config.json") as Config).strategy.options.limits.latency;
  const endOf = (run: string) => read(run, "summary.json") as { latency: LatencyCheck; architecture: string };

  beforeAll(async () => {
    fewImages(cwd, "images", 160, 20);
    const { status, output, error } = await search("1000", "run");
    expect(status, error).toBe(0);
    expect(output).toMatch(
      /\ntimed 30 candidates in \d+ seconds?: architectures take about [\d.]+ to [\d.]+ ms an image/,
    );
    expect(output).toMatch(
      /\nlatency +[\d.]+ ms an image at least \(p50 .*\), limit 1000 ms kept; [\d.]+ ms an image by/,
    );
  });

  it("writes the table down, and how far off its sum was", () => {
    const { groups, machine } = tableOf("run");
    expect(machine).toMatch(/, Node \d/);
    for (const group of groups) {
      expect(group["nor_conv_3x3"]).toBeGreaterThan(group["skip_connect"]!);
      expect([group["none"], group["skip_connect"]]).toEqual([0, 0]);
    }
    const { limit, estimated, measured } = endOf("run").latency;
    expect(limit).toBe(1000);
    expect(estimated).toBeGreaterThan(0);
    expect(measured!.min).toBeGreaterThan(0);
  });

  it("goes on with the table of the run and never measures again", async () => {
    cpSync(join(cwd, "run"), join(cwd, "other"), { recursive: true });
    for (const file of ["summary.json", "checkpoints"]) rmSync(join(cwd, "other", file), { recursive: true });
    const config = read("other", "config.json") as Config;
    const { limits } = config.strategy.options;
    // A machine on which these convolutions take for ever.
    const groups = limits.latency.groups.map((group) => {
      return Object.fromEntries(Object.keys(group).map((name) => [name, name === "nor_conv_3x3" ? 5000 : 1]));
    });
    const slow = { ...limits, maxMilliseconds: 100, latency: { ...limits.latency, rest: 7, groups } };
    const options = { ...config.strategy.options, limits: slow };
    writeFileSync(
      join(cwd, "other", "config.json"),
      JSON.stringify({ ...config, strategy: { ...config.strategy, options } }),
    );
    const { status, output, error } = await runCommand(cwd, ["resume", "other", "--threads", "1"]);
    expect(status, error).toBe(0);
    expect(output).not.toContain("timed 30 candidates");
    expect(tableOf("other")).toEqual(slow.latency);
    const { architecture, latency } = endOf("other");
    // What it drew first, where edge 1-3 leads to the output.
    expect(endOf("run").architecture).toContain("nor_conv_3x3~1|none~2|");
    expect(architecture).not.toBe(endOf("run").architecture);
    expect(latency.estimated).toBeLessThanOrEqual(7 + 6);
  });

  it("refuses what the fastest architecture cannot keep, before there is a run", async () => {
    const { status, error } = await search("0.0001", "never");
    expect(status).toBe(2);
    expect(error).toMatch(/error: search: --max-milliseconds: got 0.0001, expected more than [\d.]+, about what the/);
    expect(error).toContain("hint: raise the limit, or lower --channels or --cells");
  });
});
