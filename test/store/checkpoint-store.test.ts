import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/store/checkpoint.ts";
import { CheckpointStore, JOURNAL_FILE, type RunFolder, runIdentity } from "../../src/store/index.ts";
import { sampleCheckpoint, sampleRun } from "./sample-checkpoint.ts";
import { SAMPLE_CONFIG } from "./sample-config.ts";

const FILES = ["state.json", "values.safetensors", "manifest.json"];

describe("CheckpointStore", () => {
  let folder: RunFolder;
  beforeEach(() => {
    folder = sampleRun();
  });

  const pathOf = (name: string, file = "") => join(folder.pathOf("checkpoints"), name, file);

  async function withCheckpoints(count: number, kept = 3): Promise<CheckpointStore> {
    const store = new CheckpointStore(folder, kept);
    for (let step = 1; step <= count; step++) await store.save(sampleCheckpoint(step));
    return store;
  }

  it("gives back every bit of the newest, the sign of zero included", async () => {
    const store = await withCheckpoints(2);
    const found = (await store.newest())!;
    expect(found.name).toBe("000002");
    expect(found.passedOver).toEqual([]);
    const expected = sampleCheckpoint(2);
    expect(found.checkpoint).toStrictEqual(expected);
    const { state } = found.checkpoint;
    if (state.phase !== "retrain") throw new Error("expected a training");
    expect(Object.is(state.training.sums.gradientNorm, -0)).toBe(true);
    for (const [name, values] of expected.values) {
      const got = found.checkpoint.values.get(name)!;
      expect(Buffer.from(got.buffer).equals(Buffer.from(values.buffer)), name).toBe(true);
    }
  });

  it("finds none in a run that has none", async () => {
    expect(await new CheckpointStore(folder, 3).newest()).toBeNull();
  });

  it("passes over one of a run with another seed or other settings, and takes old ones that do not say", async () => {
    await withCheckpoints(1);
    await new CheckpointStore(folder, 3, "ours").save(sampleCheckpoint(2));
    await new CheckpointStore(folder, 3, "another").save(sampleCheckpoint(3));
    const found = (await new CheckpointStore(folder, 3, "ours").newest())!;
    expect(found.name).toBe("000002");
    expect(found.passedOver).toMatchObject([{ name: "000003", reason: expect.stringContaining("another seed") }]);
    expect((await new CheckpointStore(folder, 3).newest())!.name).toBe("000001");
    const identities = [SAMPLE_CONFIG, { ...SAMPLE_CONFIG, seed: 6 }].map((config) => runIdentity(config, null));
    expect(identities[0]).not.toBe(identities[1]);
  });

  it("passes over one with other tensors than the network of the run has, and says which and how many numbers", async () => {
    const store = await withCheckpoints(1);
    const values = new Map(sampleCheckpoint(2).values).set("stem/weight", new Float32Array(5));
    await store.save({ ...sampleCheckpoint(2), values });
    const found = (await store.newest(() => new Map([["stem/weight", 9]])))!;
    expect(found.name).toBe("000001");
    const reason = "values.safetensors: tensor stem/weight: got 5 numbers, expected 9 for the network of this run";
    expect(found.passedOver).toEqual([{ name: "000002", reason }]);
    await expect(store.newest(() => new Map([["head/weight", 4]]))).rejects.toThrow(
      /000001: values\.safetensors: tensor head\/weight: got no such tensor, expected 4/,
    );
  });

  it("keeps the newest of them, with numbers that only grow", async () => {
    const store = await withCheckpoints(5, 2);
    expect(store.names()).toEqual(["000004", "000005"]);
    rmSync(pathOf("000005"), { recursive: true });
    mkdirSync(pathOf("000005.bad"));
    await store.save(sampleCheckpoint(6));
    expect(store.names()).toEqual(["000004", "000006"]);
  });

  it("sees one flipped bit anywhere in any file", async () => {
    const files = await encodeCheckpoint(sampleCheckpoint(1));
    expect([...files.keys()]).toEqual(FILES);
    for (const [file, bytes] of files) {
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const read = (name: string) => (name === file ? flipped : files.get(name)!);
        await expect(decodeCheckpoint(read), `${file} bit ${bit}`).rejects.toMatchObject({ code: "E_CHECKPOINT" });
      }
    }
  });

  it("takes the one before a damaged one, which it sets aside", async () => {
    await withCheckpoints(1);
    const store = new CheckpointStore(folder, 3);
    await store.save(sampleCheckpoint(2));
    const values = readFileSync(pathOf("000002", "values.safetensors"));
    values[values.length - 1]! ^= 1;
    writeFileSync(pathOf("000002", "values.safetensors"), values);
    const found = (await store.newest())!;
    expect(found.name).toBe("000001");
    expect(found.passedOver).toEqual([
      { name: "000002", reason: expect.stringMatching(/values\.safetensors.*SHA-256/) },
    ]);
    expect(readdirSync(folder.pathOf("checkpoints"))).toEqual(["000001", "000002.bad"]);
    expect(await store.save(sampleCheckpoint(3))).toBe("000003");
  });

  it.each(FILES)("takes the one before when %s is cut short or missing", async (file) => {
    const store = await withCheckpoints(3);
    truncateSync(pathOf("000003", file), 20);
    rmSync(pathOf("000002", file));
    const found = (await store.newest())!;
    expect(found.name).toBe("000001");
    expect(found.passedOver.map(({ reason }) => reason)).toEqual([expect.stringContaining(file), `${file}: missing`]);
  });

  it("passes over one that saw more of the journal than there is", async () => {
    const store = await withCheckpoints(1);
    folder.append(JOURNAL_FILE, '{"kind":"x"}\n');
    await store.save({ ...sampleCheckpoint(2), lengths: { [JOURNAL_FILE]: 32 } });
    folder.truncate(JOURNAL_FILE, 25);
    const found = (await store.newest())!;
    expect(found.name).toBe("000001");
    expect(found.passedOver[0]!.reason).toBe(`${JOURNAL_FILE}: got 25 bytes, expected at least 32`);
  });

  it("names every file that is wrong, and what to do, when none is whole", async () => {
    const store = await withCheckpoints(2);
    rmSync(pathOf("000001", "manifest.json"));
    truncateSync(pathOf("000002", "state.json"), 3);
    await expect(store.newest()).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringMatching(/000002: state\.json: .*000001: manifest\.json: missing/),
      hint: expect.stringContaining("backup"),
    });
    expect(readdirSync(folder.pathOf("checkpoints"))).toEqual(["000001", "000002"]);
  });

  it("clears away what a crash left half written", async () => {
    const store = await withCheckpoints(1);
    mkdirSync(pathOf(".000002.tmp"));
    writeFileSync(pathOf(".000002.tmp", "state.json"), "{");
    expect((await store.newest())!.name).toBe("000001");
    expect(existsSync(pathOf(".000002.tmp"))).toBe(false);
  });

  it("leaves everything as it was when it cannot write", async () => {
    const store = await withCheckpoints(1);
    const impossible = { ...sampleCheckpoint(2), lengths: { "missing.jsonl": 0 } };
    await expect(store.save(impossible)).rejects.toMatchObject({
      code: "E_CHECKPOINT_WRITE",
      hint: expect.stringContaining(`ista-nas resume ${folder.path}`),
    });
    expect(readdirSync(folder.pathOf("checkpoints"))).toEqual(["000001"]);
    expect((await store.newest())!.checkpoint).toStrictEqual(sampleCheckpoint(1));
  });
});
