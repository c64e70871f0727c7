/** @file The numbers of a run as loggers draw them over its epochs, by name, from the events of its journal. */
import type { JournalEntry } from "../store/index.ts";

/** What is known after an epoch of a phase. */
export interface RunFigures {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Epochs of the phase that are done; 0 for what is known once. */
  readonly step: number;
  /** By names such as `search/loss`. */
  readonly values: readonly (readonly [name: string, value: number])[];
}

type Fields = Readonly<Record<string, string>>;

/** Fields of an event, and what they are called in `results.csv`. */
const FIELDS: Readonly<Record<string, { readonly phase: string; readonly fields: Fields }>> = {
  "search-epoch": {
    phase: "search",
    fields: {
      weightLoss: "loss",
      weightAccuracy: "accuracy",
      learningRate: "learning_rate",
      gradientNorm: "gradient_norm",
      architectureLoss: "architecture_loss",
      architectureAccuracy: "architecture_accuracy",
    },
  },
  "retrain-epoch": {
    phase: "retrain",
    fields: { loss: "loss", accuracy: "accuracy", learningRate: "learning_rate", gradientNorm: "gradient_norm" },
  },
  test: { phase: "test", fields: { accuracy: "accuracy" } },
};

/** Null for an event without numbers. */
export function figuresOf(entry: JournalEntry): RunFigures | null {
  const { epoch = 0 } = entry;
  const time = Date.parse(entry.time);
  if (typeof epoch !== "number" || !Number.isSafeInteger(epoch) || Number.isNaN(time)) return null;
  const known = Object.hasOwn(FIELDS, entry.kind) ? FIELDS[entry.kind]! : null;
  const found: readonly (readonly [string, unknown])[] =
    known === null
      ? selectionFigures(entry, epoch)
      : [
          ...Object.entries(known.fields).map(([field, name]) => [`${known.phase}/${name}`, entry[field]] as const),
          ...otherAccuracies(entry, known.phase),
        ];
  const values = found.flatMap(([name, value]) =>
    typeof value === "number" && Number.isFinite(value) ? [[name, value] as const] : [],
  );
  return values.length === 0 ? null : { time, step: epoch, values };
}

/** Of the other tasks of a network of several: the second is called `accuracy_2`. */
function otherAccuracies(
  { otherAccuracies: values }: JournalEntry,
  phase: string,
): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(values)) return [];
  return values.map((value: unknown, task) => [`${phase}/accuracy_${task + 2}`, value]);
}

/** What a search begins with has changed nothing. */
function selectionFigures({ kind, groups }: JournalEntry, epoch: number): readonly (readonly [string, number])[] {
  if (kind !== "selection" || epoch === 0 || !Array.isArray(groups)) return [];
  const count = (field: "changed" | "isFrozen") =>
    groups.filter((group: Readonly<Record<string, unknown>> | null) => group?.[field] === true).length;
  return [
    ["search/changed_nodes", count("changed")],
    ["search/frozen_nodes", count("isFrozen")],
  ];
}
