import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { configJsonSchema } from "../../../src/cli/config/config-schema.ts";

const file = JSON.parse(
  readFileSync(new URL("../../../schemas/config.schema.json", import.meta.url), "utf8"),
) as Record<string, unknown>;

describe("schemas/config.schema.json", () => {
  const isValid = new Ajv2020().compile(file);

  it("is what `npm run docs` writes", () => {
    const { title: _, ...schema } = file;
    expect(schema).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it.each([
    { epochs: 3, time: "20m", search: { seed: 2, channels: "auto" } },
    { $schema: "x", seeds: [1, 3], json: true, verdict: { random: 2 }, threads: "auto" },
    { verdict: true, compute: 2e9, file: "model.onnx", table: { file: "cells.csv" } },
  ])("takes %j", (content) => {
    expect(isValid(content), JSON.stringify(isValid.errors)).toBe(true);
  });

  it.each([{ epochs: 0 }, { json: "yes" }, { verdict: 3 }, { search: { fit: "squash" } }, { predict: [] }])(
    "refuses %j",
    (content) => {
      expect(isValid(content)).toBe(false);
    },
  );
});
