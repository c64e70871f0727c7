import { expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.ts";
import { configValues, keyOf } from "../../../src/cli/config/config-values.ts";
import { knownFlags } from "../../../src/cli/flags-of-command.ts";

const known = await knownFlags();

/** What a file with this content says to the command. */
function valuesOf(content: Readonly<Record<string, unknown>>, command = "search") {
  const asked = COMMANDS.find(({ name }) => name === command)!;
  const { values, others } = configValues({ name: "c.json", content }, asked, known);
  return { values: Object.fromEntries(values), others };
}

const refused = (message: string, hint = "") =>
  expect.objectContaining({ code: "E_CONFIG_FILE", kind: "usage", message, hint: expect.stringContaining(hint) });

it("values are as they are or as they are typed, numbers of a time in seconds", () => {
  const content = { epochs: 3, time: "2m", batch: "32", learningRate: 0.1, threads: "auto", verdict: true, out: "a" };
  const values = { epochs: 3, time: 120, batch: 32, learningRate: 0.1, threads: "auto", verdict: true, out: "a" };
  expect(valuesOf({ $schema: "x", ...content })).toEqual({ values, others: [] });
  expect(valuesOf({ time: 90, compute: 2e9, channels: "auto" }).values).toEqual({
    time: 90,
    compute: 2e9,
    channels: "auto",
  });
});

it("seeds are a count, a list or a text", () => {
  expect(valuesOf({ seeds: 3 }, "study").values).toEqual({ seeds: [1, 2, 3] });
  expect(valuesOf({ seeds: [4, 9] }, "study").values).toEqual({ seeds: [4, 9] });
  expect(valuesOf({ seeds: "11-13" }, "study").values).toEqual({ seeds: [11, 12, 13] });
});

it("what stands under the name of a command is for it alone, and above the rest", () => {
  const content = { seed: 1, json: true, search: { seed: 2, json: false }, check: { seed: 3 } };
  expect(valuesOf(content).values).toEqual({ seed: 2 });
  expect(valuesOf(content, "check").values).toEqual({ seed: 3, json: true });
});

it("verdict is a flag of search, and a command", () => {
  expect(valuesOf({ verdict: true }).values).toEqual({ verdict: true });
  expect(valuesOf({ verdict: { random: 2 } }).values).toEqual({});
  expect(valuesOf({ verdict: { random: 2 } }, "verdict").values).toEqual({ random: 2 });
});

it("flags of other commands are named and ignored, if they are right", () => {
  expect(valuesOf({ port: 8080, epochs: 1 }, "check")).toEqual({ values: {}, others: ["port", "epochs"] });
  const message = "c.json: port: got x, expected an integer from 0 to 65535";
  expect(() => valuesOf({ port: "x" }, "check")).toThrow(refused(message));
});

it("a flag is called as it is typed", () => {
  expect([keyOf("retrainEpochs"), keyOf("tableFile"), keyOf("dictionaryFile")]).toEqual([
    "retrainEpochs",
    "file",
    "dictionary",
  ]);
  expect(valuesOf({ file: "cells.csv" }, "table").values).toEqual({ tableFile: "cells.csv" });
});

it.each([
  ["epochz", 'got the key "epochz", expected the name of a flag', "is epochs meant?"],
  ["retrain-epochs", 'got the key "retrain-epochs", expected the name of a flag', "is retrainEpochs meant?"],
  ["serch", 'got the key "serch", expected the name of a flag', "is search meant?"],
  ["xyzzy", 'got the key "xyzzy", expected the name of a flag', "lists the flags"],
])("refuses the key %s", (key, message, hint) => {
  expect(() => valuesOf({ [key]: 1 })).toThrow(refused(`c.json: ${message}`, hint));
});

it.each([
  [{ epochs: "x" }, "epochs: got x, expected an integer from 1 to 100000"],
  [{ epochs: true }, "epochs: got true, expected an integer from 1 to 100000"],
  [{ epochs: [1, 2] }, "epochs: got 1,2, expected an integer from 1 to 100000"],
  [{ epochs: [1] }, "epochs: got [ 1 ], expected a number"],
  [{ out: 5 }, "out: got 5, expected a text"],
  [{ out: ["a", "b"] }, "out: got [ 'a', 'b' ], expected a text"],
  [{ out: null }, "out: got null, expected a text"],
  [{ json: "yes" }, "json: got 'yes', expected true or false"],
  [{ fit: "squash" }, "fit: got squash, expected one of crop, pad, stretch"],
  [{ time: true }, "time: got true, expected a time such as 90s, 20m or 2h"],
  [{ time: -3 }, "time: got -3s, expected a time such as 90s, 20m or 2h"],
  [{ search: { port: 1 } }, 'got the key "search.port", expected a flag of search'],
  [{ search: { epochs: "x" } }, "search.epochs: got x, expected an integer from 1 to 100000"],
  [{ check: { epochs: 1 } }, 'got the key "check.epochs", expected a flag of check'],
  [{ serve: 3 }, 'got the key "serve", expected the name of a flag'],
])("refuses %j", (content, message) => {
  expect(() => valuesOf(content)).toThrow(refused(`c.json: ${message}`));
});
