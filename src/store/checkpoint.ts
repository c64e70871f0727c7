/**
 * @file One checkpoint as files: `state.json`, `values.safetensors` with all persistent values of the device, and `manifest.json` with length
 * and SHA-256 of both. What it holds is enough to go on with the same bits, in another process, on another number of threads.
 */

import { webcrypto } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { countOf } from "../count-of.ts";
import type { DeviceArray } from "../device/index.ts";
import { IstaNasError } from "../error.ts";
import { parseJson } from "../files/index.ts";
import { type RunState, runStateSchema } from "./run-state.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

export interface Checkpoint {
  readonly state: RunState;
  /** Persistent values of the device by name. */
  readonly values: ReadonlyMap<string, DeviceArray>;
  /** Bytes of the run's growing files that belong to this place: what is longer was written after it. */
  readonly lengths: Readonly<Record<string, number>>;
  /** Seconds that the run has computed, and those of the present epoch. */
  readonly seconds: number;
  readonly epochSeconds: number;
  /** Multiply-accumulates that the run has computed, by what they were for; missing in checkpoints of earlier versions. */
  readonly compute?: { readonly search: number; readonly evaluation: number; readonly training: number } | undefined;
  /** Of its run; missing in checkpoints of earlier versions. */
  readonly identity?: string | undefined;
}

export type CheckpointFiles = ReadonlyMap<string, Uint8Array>;

/** Bytes: the ledger of a search of 100,000 epochs, each with another genotype, takes 100 MB. */
const LARGEST_STATE = 256 * 2 ** 20;

const FORMAT_VERSION = 1;
const STATE_FILE = "state.json";
const VALUES_FILE = "values.safetensors";
const MANIFEST_FILE = "manifest.json";

const count = z.number().min(0);

const stateFileSchema = z.strictObject({
  state: runStateSchema,
  lengths: z.record(z.string(), z.int().min(0)),
  seconds: z.number().min(0),
  epochSeconds: z.number().min(0),
  compute: z.object({ search: count, evaluation: count, training: count }).optional(),
  identity: z.string().optional(),
});

const manifestSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  files: z.record(z.string(), z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

/** Begins in a later turn of the event loop, when the next step computes; the digests are made on another thread. */
export async function encodeCheckpoint({ values, ...rest }: Checkpoint): Promise<CheckpointFiles> {
  await setImmediate();
  const tensors = [...values].map(([name, data]) => [name, { shape: [data.length], data }] as const);
  const files = new Map<string, Uint8Array>([
    [STATE_FILE, new TextEncoder().encode(`${formatExact(rest)}\n`)],
    [VALUES_FILE, encodeSafetensors(new Map(tensors))],
  ]);
  const entries: [string, { readonly bytes: number; readonly sha256: string }][] = [];
  for (const [name, bytes] of files) entries.push([name, { bytes: bytes.length, sha256: await digest(bytes) }]);
  const manifest = { formatVersion: FORMAT_VERSION, files: Object.fromEntries(entries) };
  files.set(MANIFEST_FILE, new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  return files;
}

/**
 * Reads a checkpoint; null stands for a file that is missing.
 * @throws E_CHECKPOINT with the file and what is wrong with it
 */
export async function decodeCheckpoint(read: (file: string) => Uint8Array | null): Promise<Checkpoint> {
  const manifest = parse(MANIFEST_FILE, expectFile(MANIFEST_FILE, read), manifestSchema);
  const contents = new Map<string, Uint8Array>();
  for (const name of [STATE_FILE, VALUES_FILE]) {
    const expected = manifest.files[name];
    if (expected === undefined) throw wrong(MANIFEST_FILE, `got no entry for ${name}, expected one`);
    const bytes = expectFile(name, read);
    if (bytes.length !== expected.bytes) {
      throw wrong(name, `got ${countOf(bytes.length, "byte")}, expected ${expected.bytes}`);
    }
    const got = await digest(bytes);
    if (got !== expected.sha256) {
      throw wrong(name, `got SHA-256 ${got.slice(0, 12)}..., expected ${expected.sha256.slice(0, 12)}...`);
    }
    contents.set(name, bytes);
  }
  const rest = parse(STATE_FILE, contents.get(STATE_FILE)!, stateFileSchema);
  const { tensors } = decodeSafetensors(contents.get(VALUES_FILE)!);
  const values = new Map<string, DeviceArray>();
  for (const [name, { data }] of tensors) {
    if (data instanceof Int32Array) throw wrong(VALUES_FILE, `${name}: got integers, expected floating-point numbers`);
    values.set(name, data);
  }
  return { ...rest, values };
}

/** JSON that gives back the same bits of every finite number: that of JSON itself forgets the sign of zero. */
function formatExact(value: unknown): string {
  return JSON.stringify(value, (_, one) => (Object.is(one, -0) ? "-0" : one));
}

function parse<T>(file: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  const value = parseJson(bytes, {
    most: LARGEST_STATE,
    reviver: (_, one) => (one === "-0" ? -0 : one),
    wrong: (fault) => wrong(file, fault.message, fault),
  });
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw wrong(file, `${issue.path.join(".") || "the whole"}: ${issue.message}`);
}

function expectFile(name: string, read: (file: string) => Uint8Array | null): Uint8Array {
  const bytes = read(name);
  if (bytes === null) throw wrong(name, "missing");
  return bytes;
}

async function digest(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toString("hex");
}

function wrong(file: string, what: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`${file}: ${what}`, {
    code: "E_CHECKPOINT",
    hint: "an older checkpoint of the run may be whole: ista-nas resume takes the newest one that is",
    cause,
  });
}
