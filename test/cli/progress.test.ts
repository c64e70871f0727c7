import { describe, expect, it } from "vitest";
import { Progress } from "../../src/cli/progress.ts";
import { Terminal } from "../../src/cli/terminal.ts";
import type { PhasePlan } from "../../src/run/index.ts";
import { Screen } from "./screen.ts";

/** As long as its line gets: thousands of steps, and hours that are left. */
const LONG: PhasePlan = { phase: "retrain", epochs: 1000, stepsPerEpoch: 10000 };

function progressOn(screen: Screen, quiet = false) {
  const terminal = new Terminal({ output: screen, error: screen }, { json: false, quiet });
  let now = 0;
  const progress = new Progress(terminal, () => now);
  progress.begin(LONG, 0, null);
  return {
    terminal,
    progress,
    step(step: number) {
      now += 0.01;
      progress.step(100, step, 2.345);
    },
  };
}

describe("the progress line", () => {
  it("fits into 80 columns and says what time is left", () => {
    const screen = new Screen(80);
    const { step } = progressOn(screen);
    step(5000);
    expect(screen.shown).toEqual(["retrain epoch 100/1000 [######-------] 5000/10000  loss 2.345  27 h 46 min left"]);
    expect(screen.shown[0]!.length).toBeLessThan(80);
  });

  it.each([
    [120, "retrain epoch 100/1000 [##########----------] 5000/10000  loss 2.345  27 h 46 min left"],
    [64, "retrain epoch 100/1000 5000/10000  loss 2.345  27 h 46 min left"],
    [54, "retrain epoch 100/1000 5000/10000  27 h 46 min left"],
    [30, "retrain epoch 100/1000 5000/1"],
  ])("of %i columns leaves out what is least missed", (columns, line) => {
    const screen = new Screen(columns);
    progressOn(screen).step(5000);
    expect(screen.shown).toEqual([line]);
  });

  it("is one line, wherever it is drawn again", () => {
    const screen = new Screen(80);
    const { step, terminal } = progressOn(screen);
    terminal.line("begins");
    for (let at = 1; at <= 20; at++) step(at);
    expect(screen.shown).toHaveLength(2);
    terminal.line("ends");
    expect(screen.shown).toEqual(["begins", "ends"]);
  });

  it("survives a terminal that becomes narrower and wider", () => {
    const screen = new Screen(80);
    const { step, terminal } = progressOn(screen);
    terminal.line("begins");
    for (const columns of [50, 20, 120, 33, 80]) {
      step(10);
      screen.resize(columns);
      step(20);
      expect(screen.shown).toHaveLength(2);
    }
    screen.resize(30);
    terminal.line("ends");
    expect(screen.shown).toEqual(["begins", "ends"]);
  });

  it("takes 80 columns for a terminal that says it has none", () => {
    const screen = new Screen(80);
    const { step } = progressOn(
      Object.assign(Object.create(screen) as Screen, { columns: 0, write: (text: string) => screen.write(text) }),
    );
    step(5000);
    expect(screen.shown).toHaveLength(1);
    expect(screen.shown[0]).toHaveLength(79);
  });
});

it("a quiet terminal shows no lines and no progress, only results", () => {
  const screen = new Screen(80);
  const { step, terminal } = progressOn(screen, true);
  step(1);
  terminal.line("a line");
  terminal.block("a\nblock");
  for (const part of [terminal.part(), terminal.aside()]) part.line("a line");
  expect(screen.shown).toEqual([]);
  terminal.text("what was asked for");
  expect(screen.shown).toEqual(["what was asked for"]);
  expect(terminal.isInteractive).toBe(false);
});
