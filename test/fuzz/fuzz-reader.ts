/**
 * @file Fuzzing of one reader. Every case ends in a value or in an error of ours with a code, and takes no more memory than a stated multiple
 * of its input; whatever else happens fails the test, with the seed and the smallest input that does it. A reader takes one file
 * `NAME.test.ts` here. `npm test` runs few cases of a fixed seed, `npm run fuzz` many of a new one; `FUZZ_CASES` and `FUZZ_SEED` set both.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { IstaNasError } from "../../src/error.ts";

/** `vitest run --mode fuzz` */
const isFull = process.env["MODE"] === "fuzz";
const CASES = Number(process.env["FUZZ_CASES"] ?? (isFull ? 10_000 : 200));
const SEED = Number(process.env["FUZZ_SEED"] ?? (isFull ? Date.now() & 0x7fffffff : 1));
/** A loop without end is what this is for: typical cases take a millisecond. */
const LONGEST_TEST = 20 * 60_000;

/** Memory that a case may take: 64 bytes for each of its input, and what takes a few without any. */
const BYTES_PER_INPUT_BYTE = 64;
const BYTES_ANYWAY = 8 * 2 ** 20;

export interface FuzzedReader<Input, Value> {
  /** What is read, as printed. */
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Inputs that must end in a value. */
  readonly valid: readonly Input[];
  sizeOf(input: Input): number;
  read(input: Input): Value | Promise<Value>;
  /** Fails if the value is not what the input may give. */
  check?(value: Value, input: Input): void;
}

/** Defines the test of a reader. */
export function fuzzReader<Input, Value>(reader: FuzzedReader<Input, Value>): void {
  it(
    `${reader.name}: every case ends in a value or a coded error, within bounds`,
    async () => {
      const tally = new Map<string, number>();
      let slowest = 0;
      const run = async (input: Input): Promise<void> => {
        const before = memoryInUse();
        const start = performance.now();
        const outcome = await readOnce(reader, input);
        slowest = Math.max(slowest, performance.now() - start);
        expect(memoryInUse() - before).toBeLessThan(BYTES_ANYWAY + BYTES_PER_INPUT_BYTE * reader.sizeOf(input));
        tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
      };
      for (const input of reader.valid) expect(await readOnce(reader, input)).toBe("value");
      await fc.assert(fc.asyncProperty(reader.inputs, run), { numRuns: CASES, seed: SEED });
      const values = tally.get("value") ?? 0;
      tally.delete("value");
      expect(values, "some cases end in values").toBeGreaterThan(0);
      expect(tally.size, "some cases end in errors").toBeGreaterThan(0);
      if (isFull) report(reader.name, values, tally, slowest);
    },
    LONGEST_TEST,
  );
}

/** `value` or the code of the error. */
async function readOnce<Input, Value>(reader: FuzzedReader<Input, Value>, input: Input): Promise<string> {
  let value: Value;
  try {
    value = await reader.read(input);
  } catch (error) {
    if (error instanceof IstaNasError && /^E_[A-Z0-9_]+$/.test(error.code) && error.kind !== "internal")
      return error.code;
    throw error;
  }
  reader.check?.(value, input);
  return "value";
}

/** What V8 and buffers hold. It only falls when garbage is collected, so a difference is never too large. */
function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function report(name: string, values: number, errors: ReadonlyMap<string, number>, slowest: number): void {
  const total = [...errors.values()].reduce((sum, count) => sum + count, values);
  const codes = [...errors].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
  process.stdout.write(
    `fuzz ${name}: ${total} cases of seed ${SEED}: ${values} values, ${total - values} errors (${codes.join(", ")}), slowest ${slowest.toFixed(0)} ms\n`,
  );
}
