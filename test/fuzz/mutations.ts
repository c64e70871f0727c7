/** @file Arbitrary files: valid ones with bits, bytes, fields and stretches changed, and bytes without any sense. */
import fc from "fast-check";

type Mutation = (bytes: Buffer) => Buffer;

/** Numbers at which lengths, counts and offsets go wrong. */
const NUMBERS = [
  0n,
  1n,
  2n,
  3n,
  4n,
  127n,
  128n,
  255n,
  256n,
  65_535n,
  65_536n,
  1n << 24n,
  (1n << 31n) - 1n,
  1n << 31n,
].concat((1n << 32n) - 1n, 1n << 32n, 1n << 40n, (1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n);

/** A place in a file, more often near its start, where headers are. */
const places = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 400 }), fc.nat());
const lengths = fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 300 }), fc.nat({ max: 5000 }));
const at = (bytes: Buffer, place: number): number => (bytes.length === 0 ? 0 : place % (bytes.length + 1));

function replaced(bytes: Buffer, start: number, removed: number, inserted: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + removed)]);
}

const flips = fc.tuple(places, fc.nat({ max: 7 })).map(
  ([place, bit]): Mutation =>
    (bytes) => {
      const index = at(bytes, place);
      if (index < bytes.length) bytes[index]! ^= 1 << bit;
      return bytes;
    },
);

const cuts = places.map(
  (place): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(bytes, place)),
);

const insertions = fc.tuple(places, lengths, fc.uint8Array({ maxLength: 20 })).map(
  ([place, removed, inserted]): Mutation =>
    (bytes) =>
      replaced(bytes, at(bytes, place), removed, inserted),
);

const fields = fc.tuple(places, fc.constantFrom(1, 2, 4, 8), fc.constantFrom(...NUMBERS), fc.boolean()).map(
  ([place, width, number, isLittleEndian]): Mutation =>
    (bytes) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(number);
      const written = field.subarray(0, width);
      return replaced(bytes, at(bytes, place), width, isLittleEndian ? written : written.reverse());
    },
);

const repetitions = fc.tuple(places, lengths, fc.nat({ max: 20 })).map(
  ([place, length, times]): Mutation =>
    (bytes) => {
      const stretch = bytes.subarray(at(bytes, place), at(bytes, place) + length);
      return replaced(bytes, at(bytes, place), 0, Buffer.concat(Array.from({ length: times }, () => stretch)));
    },
);

function splices(seeds: readonly Uint8Array[]): fc.Arbitrary<Mutation> {
  return fc.tuple(fc.constantFrom(...seeds), places, lengths, places, lengths).map(
    ([seed, from, length, place, removed]): Mutation =>
      (bytes) => {
        const start = at(Buffer.from(seed), from);
        return replaced(bytes, at(bytes, place), removed, seed.subarray(start, start + length));
      },
  );
}

/** Words at which text formats go wrong; `extra` ones come from the format. */
function words(extra: readonly string[]): fc.Arbitrary<Mutation> {
  const known = [
    "null",
    "{}",
    "[]",
    '""',
    "-0",
    "-1",
    "1e999",
    "0.5",
    "9".repeat(400),
    "\n",
    "\0",
    "\ufeff",
    "\\",
    "\ud83d",
  ];
  const long = ["[".repeat(20_000), '{"a":'.repeat(20_000), " ".repeat(50_000), "#".repeat(50_000), '"__proto__":1,'];
  return fc.tuple(places, fc.constantFrom(...known, ...long, ...extra), lengths).map(
    ([place, word, removed]): Mutation =>
      (bytes) =>
        replaced(bytes, at(bytes, place), removed, Buffer.from(word)),
  );
}

/** Files made from `seeds` by one to four changes, seeds themselves, and now and then bytes without any sense. */
export function mutatedFiles(
  seeds: readonly Uint8Array[],
  text: readonly string[] | null = null,
): fc.Arbitrary<Uint8Array> {
  const kinds = [flips, cuts, insertions, fields, repetitions, splices(seeds)];
  const mutation = fc.oneof(...kinds, ...(text === null ? [] : [words(text), words(text)]));
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }))
    .map(([seed, mutations]) => mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(seed)));
  return fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) });
}

/** Stands for lists in lists, so many that what goes through them by calling itself fails. */
const DEEP = "a list in 20,000 lists";

/** A value that is put in the place of another. */
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 0, 0.5, 1e300, 2 ** 53, 2 ** 40, "", "x".repeat(5000), [], {}, true, DEEP),
);

/** Changes of JSON within the rules of JSON, so that what comes after parsing is reached: a value replaced, removed or doubled. */
export function mutatedJson(seeds: readonly unknown[]): fc.Arbitrary<unknown> {
  const change = fc.tuple(
    fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 }),
    fc.constantFrom("replace", "remove", "double"),
    values,
  );
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([seed, changes]) => {
      const holder = { value: structuredClone(seed) };
      for (const [path, kind, value] of changes) changeAt(holder, ["value", ...path], kind, value);
      return holder.value;
    });
}

/** Goes down from `parent` as far as the path and the containers reach; numbers of the path count children. */
function changeAt(parent: object, path: readonly (string | number)[], kind: string, value: unknown): void {
  const keys = Object.keys(parent);
  const [step, ...rest] = path;
  const key = typeof step === "string" ? step : keys[step! % Math.max(1, keys.length)];
  if (key === undefined) return;
  const child: unknown = Reflect.get(parent, key);
  if (rest.length > 0 && typeof child === "object" && child !== null && Object.keys(child).length > 0) {
    changeAt(child, rest, kind, value);
  } else if (kind === "remove" && typeof step !== "string") {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  } else if (kind === "double" && Array.isArray(parent)) {
    parent.push(child);
  } else {
    Reflect.set(parent, key, value);
  }
}

/** The value as JSON, as a file holds it. */
export function jsonFile(value: unknown): Uint8Array {
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  return Buffer.from((JSON.stringify(value) ?? "").replaceAll(JSON.stringify(DEEP), deep));
}
