/** @file A study as it is written down: settings that all of its runs share, axes along which they differ, and seeds. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";

/** Options of a search by their names (`retrainEpochs`), with values as they are or as they are typed (`"3m"`). */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** Values of one option. */
interface ValueAxis {
  readonly option: string;
  readonly values: readonly (string | number | boolean)[];
}

/** Settings that go together, by what they are called. One with `architecture`, a file or the name of a baseline, is trained and not searched for. */
interface SettingsAxis {
  readonly settings: Readonly<Record<string, Settings>>;
}

export type StudyAxis = ValueAxis | SettingsAxis;

export interface StudyFile {
  /** Of the JSON Schema, for editors. */
  readonly $schema?: string | undefined;
  /** Of its folder, and in its tables. */
  readonly name: string;
  readonly summary?: string | undefined;
  /** Of all runs. What the strategy or the space of a run does not take is left out of it; something has to take it. */
  readonly base?: Settings | undefined;
  /** Every combination of their values is a variant. Default: none, one variant. */
  readonly axes?: readonly StudyAxis[] | undefined;
  /** Each variant is run with each of them: so many from 1 on, or these. Default: 3. */
  readonly seeds?: number | readonly number[] | undefined;
  /** The variant that all others are compared with. Default: the first one. */
  readonly baseline?: string | undefined;
}

const name = z.string().regex(/^[A-Za-z0-9][\w.+-]*$/, "expected letters, digits and any of . _ + -");
const setting = z.union([z.string(), z.number(), z.boolean()]);
const settings = z.record(z.string(), setting);
const seed = z.int();

export const studyFileSchema: z.ZodType<StudyFile> = z.strictObject({
  $schema: z.string().optional(),
  name: name.describe("Of its folder, and in its tables."),
  summary: z.string().optional(),
  base: settings
    .optional()
    .describe("Options of all runs by name, such as retrainEpochs, with values as they are or as they are typed: 3m."),
  axes: z
    .array(
      z.union([
        z.strictObject({ option: z.string(), values: z.array(setting).min(1) }),
        z.strictObject({ settings: z.record(name, settings) }),
      ]),
    )
    .optional()
    .describe("Every combination of their values is a variant."),
  seeds: z
    .union([z.int().min(1).max(BOUNDS.epochs), z.array(seed).min(1).readonly()])
    .optional()
    .describe("So many from 1 on, or these."),
  baseline: z.string().optional().describe("The variant that all others are compared with; by default the first one."),
});

/** As a JSON Schema, draft 2020-12. */
export function studyFileJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(studyFileSchema, { io: "input" });
}
