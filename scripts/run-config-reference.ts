/**
 * @file What is said about `config.json` outside of the code: its JSON Schema and its page. Types come from the schema that the reader checks
 * with, descriptions from the doc comments of the interfaces that it fills.
 */
import type ts from "typescript";
import { runConfigJsonSchema } from "../src/store/index.ts";
import { docComment, elementOf, type PartTypes, propertyOf, readRunConfigTypes } from "./run-config-types.ts";

type JsonSchema = ReturnType<typeof runConfigJsonSchema>;

export interface RunConfigReference {
  /** `schemas/run-config.schema.json` */
  readonly schema: string;
  /** `docs/reference/run-config.md` */
  readonly page: string;
}

/** Both files, as `npm run docs` writes them. */
export function runConfigReference(): RunConfigReference {
  const { $schema, allOf } = runConfigJsonSchema();
  const { config, parts } = readRunConfigTypes();
  const describedParts = (allOf as readonly JsonSchema[]).map((one) => described(one, config, parts, {}));
  const title = "config.json of an ista-nas run, format 3";
  const schema = JSON.stringify({ $schema, title, allOf: describedParts }, null, 2);
  return { schema: `${schema}\n`, page: formatPage(describedParts) };
}

/** The types of what a configuration leaves to its space and its strategy. */
type Open = Partial<Record<"options" | "network", ts.Type>>;

/** Fields that are as a space or a strategy says, and which of its types says it. */
const OPEN: Readonly<Record<string, keyof Open>> = { options: "options", network: "network", proxy: "network" };

/** The schema with the doc comments of `type` in it; `open`: types that stand in the place of those that say nothing; `at`: the field. */
function described(schema: JsonSchema, type: ts.Type, parts: PartTypes, open: Open, at = ""): JsonSchema {
  const { properties, anyOf, items } = schema;
  if (anyOf !== undefined) return { ...schema, anyOf: anyOf.map((one) => described(one, type, parts, open, at)) };
  if (schema.type === "array") {
    return { ...schema, items: described(items as JsonSchema, elementOf(type), parts, open) };
  }
  if (properties === undefined) return schema;
  const kind = constOf(schema, "kind");
  const known = at === "space" || at === "strategy" ? parts.options[at] : null;
  const options = (kind === undefined ? undefined : known?.get(kind)) ?? open.options;
  const space = constOf(properties["space"] as JsonSchema | undefined, "kind");
  const network = space === undefined ? open.network : parts.networks.get(space);
  const inside: Open = { ...(options === undefined ? {} : { options }), ...(network === undefined ? {} : { network }) };
  const entries = Object.entries(properties).map(([name, field]) => {
    const property = propertyOf(type, name);
    const open = OPEN[name];
    const own = open === undefined ? undefined : inside[open];
    const inner = described(field as JsonSchema, own ?? property.type, parts, own === undefined ? inside : {}, name);
    const comment = docComment(property.symbol);
    return [name, comment === "" ? inner : { description: comment, ...inner }];
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

function constOf(schema: JsonSchema | undefined, name: string): string | undefined {
  return (schema?.properties?.[name] as JsonSchema | undefined)?.const as string | undefined;
}

const HEADER = ["| field | type | meaning |", "|---|---|---|"];

function formatPage([whole, spaces, strategies]: readonly JsonSchema[]): string {
  const intro = [
    "# Run configuration",
    "",
    "Made by `npm run docs`. Every field of `config.json` in a [run folder](run.md). The file holds all defaults; a field that has one here may be",
    "missing. `schemas/run-config.schema.json`, which the package has too, is the same as a JSON Schema (draft 2020-12); `runConfigJsonSchema()` of",
    "`ista-nas/store` gives it without the descriptions. Files of format 1 and 2 are read as well, as if they had been written so.",
    "",
    ...HEADER,
  ];
  return `${[...intro, ...rowsOf(whole!, ""), ...spacePages(whole!, spaces!), ...strategyPages(strategies!)].join("\n")}\n`;
}

/** What each space says of itself and of every network. */
function spacePages(whole: JsonSchema, { anyOf = [] }: JsonSchema): readonly string[] {
  const common = Object.keys(fieldAt(whole, ["training", "network"]).properties!);
  return anyOf.flatMap((branch) => {
    const space = fieldAt(branch, ["space"]);
    const kind = constOf(space, "kind");
    if (kind === undefined) return [];
    const options = rowsOf(fieldAt(space, ["options"]), "space.options.");
    const { properties = {} } = fieldAt(branch, ["training", "network"]);
    const own = Object.entries(properties).filter(([name]) => !common.includes(name));
    const network = rowsOf({ properties: Object.fromEntries(own) } as JsonSchema, "network.");
    const what = `\`network\` is \`strategy.network\`, \`strategy.proxy\` and \`training.network\`${options.length === 0 ? "; the space has no options" : ""}.`;
    return ["", `## Space \`${kind}\``, "", what, "", ...HEADER, ...options, ...network];
  });
}

function strategyPages({ anyOf = [] }: JsonSchema): readonly string[] {
  return anyOf.flatMap((branch) => {
    const strategy = fieldAt(branch, ["strategy"]);
    const kind = constOf(strategy, "kind");
    if (kind === undefined) return [];
    const rows = rowsOf(fieldAt(strategy, ["options"]), "strategy.options.");
    return ["", `## Strategy \`${kind}\``, "", ...HEADER, ...rows];
  });
}

function fieldAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce((at, name) => at.properties![name] as JsonSchema, schema);
}

function rowsOf(schema: JsonSchema, prefix: string): readonly string[] {
  const { properties = {} } = schema.anyOf?.find((one) => one.properties !== undefined) ?? schema;
  return Object.entries(properties).flatMap(([name, value]) => {
    const field = value as JsonSchema;
    const path = `${prefix}${name}`;
    const fallback = field.default === undefined ? "" : `, default ${JSON.stringify(field.default)}`;
    const cells = [`\`${path}\``, typeText(field) + fallback, field.description ?? ""];
    const inside = field.type === "array" ? (field.items as JsonSchema) : field;
    const rows = rowsOf(inside, `${path}${field.type === "array" ? "[]" : ""}.`);
    return [`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`, ...rows];
  });
}

function typeText({ anyOf, const: constant, enum: choices, type, items, minimum }: JsonSchema): string {
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  if (constant !== undefined) return JSON.stringify(constant);
  if (choices !== undefined) return choices.map((one) => JSON.stringify(one)).join(" or ");
  if (type === undefined) return "see below";
  if (type === "array") return `list of ${typeText(items as JsonSchema)}`;
  const isBound = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  return [type].flat().join(" or ") + (isBound ? ` of ${minimum} or more` : "");
}
