import { describe, expect, it } from "vitest";
import { Progress } from "../../src/cli/progress.ts";
import { TerminalHost } from "../../src/cli/terminal-host.ts";
import type { RunEvent } from "../../src/run/index.ts";
import { ExplorationLedger, type SelectionEvent } from "../../src/search/index.ts";
import { SPACES } from "../../src/spaces/index.ts";
import { captureTerminal } from "../captured-terminal.ts";

const SPACE = SPACES[0]!.create({ sparsity: 2 });
const COMMON = { epoch: 1, epochs: 1, learningRate: 0.1, gradientNorm: 2, seconds: 10 };

function printed(...events: readonly RunEvent[]): string {
  const captured = captureTerminal();
  const host = new TerminalHost(captured.terminal, { threads: 1 });
  for (const event of events) host.onEvent(event);
  return captured.printed();
}

/** An epoch of ten seconds whose one step waited so long. */
function epochOf(phase: "search" | "retrain", stallSeconds: number): readonly RunEvent[] {
  const step = { epoch: 1, epochs: 1, step: 1, steps: 1, loss: 0.5 };
  const plan = { phase, epochs: 1, stepsPerEpoch: 1 };
  const begun: RunEvent = { kind: "phase", plan, stepsBefore: 0, next: null };
  if (phase === "retrain") {
    const epoch = { ...COMMON, kind: "retrain-epoch", loss: 0.5, accuracy: 0.25, stallSeconds } as const;
    return [begun, { kind: "retrain-step", ...step }, epoch];
  }
  const halves = { weightLoss: 0.5, weightAccuracy: 0.25, architectureLoss: 0.75, architectureAccuracy: 0.125 };
  return [begun, { kind: "search-step", ...step }, { ...COMMON, kind: "search-epoch", ...halves, stallSeconds }];
}

describe("an epoch's line", () => {
  it.each(["search", "retrain"] as const)("says how long the steps of a %s epoch waited for batches", (phase) => {
    expect(printed(...epochOf(phase, 0.25049))).toContain("waited 0.3 s for batches");
  });

  it.each(["search", "retrain"] as const)("does not mention a wait of a hundredth of a %s epoch", (phase) => {
    const line = printed(...epochOf(phase, 0.1));
    expect(line).toContain(`${phase} epoch 1/1  loss 0.500`);
    expect(line).not.toContain("waited");
  });

  it("has the steering loss of a search on two halves", () => {
    expect(printed(...epochOf("search", 0))).toContain("loss 0.500  accuracy 25.00 %  steering loss 0.750");
  });
});

describe("the time that is left", () => {
  const plan = { phase: "search", epochs: 4, stepsPerEpoch: 5 } as const;
  const next = { phase: "retrain", epochs: 3, stepsPerEpoch: 10 } as const;

  function leftAfter(stepsBefore: number, following: typeof next | null): string {
    const captured = captureTerminal();
    let now = 100;
    const progress = new Progress(captured.terminal, () => now);
    progress.begin(plan, stepsBefore, following);
    now += 8;
    for (let step = 1; step <= 4; step++) progress.step(1, step, 1);
    progress.epoch(1, []);
    return captured.printed().trimEnd();
  }

  it("is that of the steps of this phase, at the pace of those that were done", () => {
    expect(leftAfter(0, null)).toContain("search epoch 1/4    32 s left");
    expect(leftAfter(10, null)).toContain("12 s left");
  });

  it("counts a step of the phase that follows as half of one", () => {
    expect(leftAfter(10, next)).toContain("42 s left");
  });
});

describe("a selection", () => {
  const { exploration } = new ExplorationLedger(SPACE.groups);
  const groups = SPACE.groups.map(({ name }) => ({
    ...{ group: name, support: [0, 1], values: null, weights: null, changed: false, isFrozen: false },
    ...{ figures: {}, vectors: {} },
  }));
  const selected = (change: Partial<SelectionEvent>): RunEvent => {
    const selection = { kind: "selection", epoch: 1, groups, isAccepted: true, figures: {}, exploration } as const;
    return { kind: "selected", selection: { ...selection, ...change }, space: SPACE };
  };

  it("is shown, but for what the search begins with", () => {
    expect(printed(selected({ epoch: 0 }))).toBe("");
    expect(printed(selected({}))).not.toBe("");
    expect(printed(selected({}))).not.toContain("not applied");
  });

  it("that would go beyond a limit says so", () => {
    const line = printed(selected({ isAccepted: false, figures: { parameters: 12, macs: 34 } }));
    expect(line).toContain("not applied: its network has 12 parameters and 34 multiply-accumulates, beyond the limit");
  });
});

it("a note is a line", () => {
  expect(printed({ kind: "note", text: "run folder runs/x" })).toBe("run folder runs/x\n");
});
