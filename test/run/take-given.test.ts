import { describe, expect, it } from "vitest";
import { choiceFlag, durationFlag, integerFlag, placeFlag, switchFlag, textFlag } from "../../src/options/index.ts";
import { takeGiven } from "../../src/run/take-given.ts";

const FLAGS = {
  retrainEpochs: integerFlag("retrain-epochs", "COUNT", "", { min: 1, max: 9 }),
  split: choiceFlag("split", ["test", "all"], ""),
  time: durationFlag("time", ""),
  out: placeFlag("out", "FOLDER", ""),
  space: textFlag("SPACE", ""),
  recompute: switchFlag(""),
  options: null,
};

const take = (given: unknown) => takeGiven(given, { where: "call", needed: ["data"], flags: FLAGS });

const refused = (code: string, message: string | RegExp, hint?: string) =>
  expect.objectContaining({
    ...{ code, kind: "usage", message: expect.stringMatching(message) },
    ...(hint === undefined ? {} : { hint }),
  });

describe("what a program gives", () => {
  it("is taken as it is, without what is undefined", () => {
    const options = { any: Number.NaN };
    const given = {
      data: "x",
      retrainEpochs: 9,
      split: "all",
      time: 0.5,
      out: "a",
      space: "b",
      recompute: false,
      options,
    };
    expect(take({ ...given, seed: undefined, new: undefined })).toEqual(given);
    expect(take({ data: "x", out: undefined })).toEqual({ data: "x" });
  });

  it.each([
    ["retrain-epochs", "is retrainEpochs meant?"],
    ["retrainEpoch", "is retrainEpochs meant?"],
    ["Split", "is split meant?"],
    ["batch", "there are data, retrainEpochs, split, time, out, space, recompute, options"],
    ["\u001b[2J", "there are data, retrainEpochs, split, time, out, space, recompute, options"],
    ["toString", "there are data, retrainEpochs, split, time, out, space, recompute, options"],
  ])("under the unknown name %j is refused with the one that is meant", (name, hint) => {
    const shown = name.replace("\u001b", "\\\\x1B").replace("[", "\\[");
    const message = new RegExp(`^call: got '${shown}', expected a name that it knows$`);
    expect(() => take({ data: "x", [name]: 1 })).toThrow(refused("E_USAGE_OPTION", message, hint));
  });

  it("that stands elsewhere is refused with its place", () => {
    const placeOf = (name: string) => (name === "outs" ? "further up" : null);
    const check = (name: string) => () => takeGiven({ [name]: 1 }, { where: "call", flags: FLAGS, placeOf });
    expect(check("outs")).toThrow(refused("E_USAGE_OPTION", /got 'outs'/, "further up"));
    expect(check("oout")).toThrow(refused("E_USAGE_OPTION", /got 'oout'/, "is out meant?"));
  });

  it.each([
    [{ retrainEpochs: 0 }, /^--retrain-epochs: got 0, expected an integer from 1 to 9$/],
    [{ retrainEpochs: 1.5 }, /^--retrain-epochs: got 1\.5, expected an integer/],
    [{ retrainEpochs: "3" }, /^--retrain-epochs: got '3', expected a number$/],
    [{ retrainEpochs: null }, /^--retrain-epochs: got null, expected an integer/],
    [{ retrainEpochs: [3] }, /^--retrain-epochs: got \[ 3 \], expected an integer/],
    [{ split: "train" }, /^--split: got train, expected one of test, all$/],
    [{ time: "20m" }, /^--time: got '20m', expected a number$/],
    [{ time: 0 }, /^--time: got 0s, expected a time/],
    [{ out: " " }, /^--out: got " ", expected the name of a folder$/],
    [{ space: 5 }, /^--space: got 5, expected a string$/],
    [{ space: null }, /^--space: got null, expected a string$/],
    [{ recompute: "yes" }, /^--recompute: got 'yes', expected a boolean$/],
  ])("as %j is refused in the words of the flag", (given, message) => {
    expect(() => take({ data: "x", ...given })).toThrow(refused("E_FLAG_VALUE", message));
  });

  it("as what JSON does not know is refused as well", () => {
    expect(() => take({ data: "x", retrainEpochs: 3n })).toThrow(
      refused("E_FLAG_VALUE", /got 3n, expected an integer/),
    );
    expect(() => take({ data: "x", space: Symbol("s") })).toThrow(
      refused("E_FLAG_VALUE", /got Symbol\(s\), expected a str/),
    );
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => take({ data: "x", out: circle })).toThrow(refused("E_FLAG_VALUE", /^--out: got .*Circular/));
  });

  it.each([undefined, null, "photos", 5])("as %j is refused", (given) => {
    expect(() => take(given)).toThrow(refused("E_USAGE_OPTION", /^call: got .*, expected an object$/));
  });

  it.each([{}, { data: undefined }, { data: "" }, { data: " " }, { data: 5 }])(
    "as %j lacks what is needed",
    (given) => {
      expect(() => take(given)).toThrow(
        refused("E_USAGE_OPTION", /^call: data: got .*, expected a text that is not empty$/),
      );
    },
  );
});
