/** @file The published results of a space of one's own: what they are said to be is looked at where the module is loaded, what `compare` gives where it is called. */
import { z } from "zod";
import type { SpaceBenchmark } from "../spaces/index.ts";
import { blame, moduleError, type OwnModule, withMethods } from "./own-module.ts";

const MEMBERS = z.object({
  summary: z.string(),
  dataSets: z.record(z.string(), z.string()),
  rowCount: z.int().min(1),
  table: z.custom<URL>(
    (value) => value instanceof URL && value.protocol === "file:",
    "expected the URL of a local file",
  ),
  compare: z.custom<SpaceBenchmark["compare"]>((value) => typeof value === "function", "expected a function"),
});

/** `benchmark`, whose mistakes are errors that name its module. Throws `E_MODULE` if it lacks something. */
export function guardBenchmark(benchmark: SpaceBenchmark, module: OwnModule): SpaceBenchmark {
  assertFits(module, "benchmark", MEMBERS, benchmark);
  const keys = Object.keys(benchmark.dataSets);
  return withMethods(benchmark, {
    compare: (table, architectures) => {
      const member = "benchmark.compare";
      const comparison = blame(module, member, () => benchmark.compare(table, architectures));
      assertFits(module, `${member}()`, comparisonSchema(keys, architectures.length), comparison);
      return comparison;
    },
  });
}

function comparisonSchema(dataSets: readonly string[], count: number): z.ZodType {
  const ofEach = z.object(Object.fromEntries(dataSets.map((data) => [data, z.number()])));
  const row = z.object({
    ...{ accuracy: ofEach, standardDeviation: ofEach.optional(), rank: ofEach.optional() },
    ...{ parameters: z.number().optional(), macs: z.number().optional() },
  });
  return z.object({
    rowCount: z.int().min(0),
    architectures: z.array(row).length(count),
    controls: z.array(row.extend({ names: z.array(z.string()).min(1) })),
  });
}

function assertFits(module: OwnModule, of: string, schema: z.ZodType, value: unknown): void {
  const { error } = schema.safeParse(value);
  if (error === undefined) return;
  const { path, message } = error.issues[0]!;
  throw moduleError(module, `${[of, ...path].join(".")}: ${message}`);
}
