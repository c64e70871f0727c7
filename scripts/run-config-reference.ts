/**
 * @file What is said about `config.json` outside of the code: its JSON Schema and its page. Types come from the schema that the reader checks
 * with, descriptions from the doc comments of the interfaces that it fills.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { runConfigJsonSchema } from "../src/store/index.ts";

type JsonSchema = ReturnType<typeof runConfigJsonSchema>;

export interface RunConfigReference {
  /** `schemas/run-config.schema.json` */
  readonly schema: string;
  /** `docs/reference/run-config.md` */
  readonly page: string;
}

/** Both files, as `npm run docs` writes them. */
export function runConfigReference(): RunConfigReference {
  const { $schema, ...rest } = runConfigJsonSchema();
  const title = "config.json of an ista-nas run, format 2";
  const schema = described({ $schema, title, ...rest } as JsonSchema, runConfigType());
  return { schema: `${JSON.stringify(schema, null, 2)}\n`, page: formatPage(schema) };
}

interface CheckedType {
  readonly type: ts.Type;
  readonly checker: ts.TypeChecker;
}

/** The interface `RunConfig` as the compiler sees it. */
function runConfigType(): CheckedType {
  const file = fileURLToPath(new URL("../src/store/run-config.ts", import.meta.url));
  const options = { strict: true, module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true, noEmit: true };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const symbol = checker.getExportsOfModule(module).find(({ name }) => name === "RunConfig")!;
  return { type: checker.getDeclaredTypeOfSymbol(symbol), checker };
}

/** The schema with the doc comments of `type` in it. */
function described(schema: JsonSchema, { type, checker }: CheckedType): JsonSchema {
  const { properties, anyOf } = schema;
  if (anyOf !== undefined) return { ...schema, anyOf: anyOf.map((one) => described(one, { type, checker })) };
  if (properties === undefined) return schema;
  const entries = Object.entries(properties).map(([name, field]) => {
    const property = checker.getPropertyOfType(type, name)!;
    const comment = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll(/\s+/g, " ");
    const inside = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const inner = described(field as JsonSchema, { type: inside, checker });
    return [name, comment === "" ? inner : { description: comment, ...inner }];
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

function formatPage(schema: JsonSchema): string {
  const intro = [
    "# Run configuration",
    "",
    "Made by `npm run docs`. Every field of `config.json` in a [run folder](run.md). The file holds all defaults; a field that has one here may be",
    "missing. `schemas/run-config.schema.json`, which the package has too, is the same as a JSON Schema (draft 2020-12); `runConfigJsonSchema()` of",
    "`ista-nas/store` gives it without the descriptions.",
    "",
    "| field | type | meaning |",
    "|---|---|---|",
  ];
  return `${[...intro, ...rowsOf(schema, "")].join("\n")}\n`;
}

function rowsOf(schema: JsonSchema, prefix: string): readonly string[] {
  const { properties = {} } = schema.anyOf?.find((one) => one.properties !== undefined) ?? schema;
  return Object.entries(properties).flatMap(([name, value]) => {
    const field = value as JsonSchema;
    const path = `${prefix}${name}`;
    const fallback = field.default === undefined ? "" : `, default ${JSON.stringify(field.default)}`;
    const cells = [`\`${path}\``, typeText(field) + fallback, field.description ?? ""];
    return [`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`, ...rowsOf(field, `${path}.`)];
  });
}

function typeText({ anyOf, const: constant, enum: choices, type, items, minimum }: JsonSchema): string {
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  if (constant !== undefined) return JSON.stringify(constant);
  if (choices !== undefined) return choices.map((one) => JSON.stringify(one)).join(" or ");
  if (type === "array") return `list of ${typeText(items as JsonSchema)}`;
  const isBound = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  return [type].flat().join(" or ") + (isBound ? ` of ${minimum} or more` : "");
}
