/** @file What a file of flags may hold, as a JSON Schema for editors. Spaces and strategies of one's own bring flags that it does not know. */
import type { Flag, FlagSchema } from "../../options/index.ts";
import { flagNames } from "../command.ts";
import { COMMANDS } from "../commands/index.ts";
import { FLAGS, PART_FLAGS } from "../flags.ts";
import { keyOf } from "./config-values.ts";

/** Draft 2020-12. */
export function configJsonSchema(): FlagSchema {
  const schemas = Object.fromEntries(Object.entries(FLAGS).map(([name, flag]) => [name, schemaOf(flag)]));
  const sections = COMMANDS.map((command) => {
    const flags = Object.fromEntries(flagNames(command, PART_FLAGS).map((name) => [keyOf(name), schemas[name]!]));
    return { command, flags };
  });
  const common: Record<string, FlagSchema> = Object.assign({}, ...sections.map(({ flags }) => flags));
  const properties: Record<string, FlagSchema> = { $schema: { type: "string" }, ...common };
  for (const { command, flags } of sections) {
    const own = Object.entries(flags).map(([key, schema]) => [key, common[key] === schema ? schemaRef(key) : schema]);
    const section = {
      description: `Of ista-nas ${command.name} alone: ${command.summary}.`,
      type: "object",
      properties: Object.fromEntries(own),
    };
    const switchOfThatName = common[command.name];
    properties[command.name] = switchOfThatName === undefined ? section : { anyOf: [switchOfThatName, section] };
  }
  return { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", properties };
}

function schemaOf({ description, schema = { type: "string" } }: Flag<unknown>): FlagSchema {
  return { description, ...schema };
}

function schemaRef(key: string): FlagSchema {
  return { $ref: `#/properties/${key}` };
}
