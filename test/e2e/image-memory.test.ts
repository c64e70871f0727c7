/** Runs on more images than memory is for: the bits of runs in memory, after kill -9 and damage too. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeClassPhotos } from "./class-photos.ts";
import { runCommand } from "./command-line.ts";
import { lastingParts } from "./compare-runs.ts";

const TINY = ["--channels", "4", "--cells", "3", "--epochs", "2", "--retrain-epochs", "1", "--batch", "16"];
const SEARCH = ["search", "photos", ...TINY, "--cutout", "4", "--checkpoint-minutes", "0"];
/** Three shards of 85 images. */
const LITTLE = ["--image-memory", "1K"];
const cwd = temporaryFolder();

const finish = async (args: readonly string[]): Promise<string> => {
  const printed = await runCommand(cwd, args);
  expect(printed.status, printed.error + printed.output).toBe(0);
  return printed.output;
};
const shards = (): string[] => {
  const cache = join(cwd, ".ista-nas-cache");
  if (!existsSync(cache)) return [];
  const folders = readdirSync(cache).filter((name) => !name.includes("."));
  return folders.flatMap((name) => {
    const files = readdirSync(join(cache, name)).filter((file) => file.endsWith(".shard"));
    return files.sort().map((file) => join(cache, name, file));
  });
};

beforeAll(async () => {
  for (const [kind, name] of ["cats", "dogs", "owls"].entries()) {
    await writeClassPhotos(join(cwd, "photos"), name, kind, 70);
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

it("ends in the bits of a run in memory, on other threads, after kill -9 while it decodes and while it searches", async () => {
  const decoding = await runCommand(cwd, [...SEARCH, ...LITTLE, "--out", "never"], {
    interrupt: { signal: "SIGKILL", when: () => shards().length > 0 },
  });
  expect(decoding.status, decoding.error).toBe(-9);
  const searching = await runCommand(cwd, [...SEARCH, ...LITTLE, "--out", "killed", "--threads", "2"], {
    interrupt: { signal: "SIGKILL", when: (text) => /search epoch 1/.test(text) },
  });
  expect(searching.status, searching.error).toBe(-9);
  expect(shards().length).toBe(3);
  const [, damaged] = shards() as [string, string];
  const bytes = readFileSync(damaged);
  bytes[20_000]! ^= 1;
  writeFileSync(damaged, bytes);
  await finish(["resume", "killed", ...LITTLE, "--threads", "1"]);
  bytes[20_000]! ^= 1;
  expect(readFileSync(damaged).equals(bytes)).toBe(true);
  rmSync(join(cwd, ".ista-nas-cache"), { recursive: true });
  await finish([...SEARCH, "--out", "whole", "--threads", "1"]);
  expect(shards()).toEqual([]);
  expect(lastingParts(join(cwd, "killed"))).toEqual(lastingParts(join(cwd, "whole")));
});

it("measures what it measures in memory", async () => {
  const args = ["evaluate", "whole", "photos", "--split", "all", "--json"];
  const [little, plain] = [await finish([...args, ...LITTLE]), await finish(args)];
  expect(little).toBe(plain);
});
