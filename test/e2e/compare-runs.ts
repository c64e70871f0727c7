/** What two runs of the same seed and settings must share to the last bit: everything but times and their own names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The parts of a finished run, by file, with times and paths taken out. */
export function lastingParts(run: string): Readonly<Record<string, string>> {
  const read = (file: string) => readFileSync(join(run, file));
  const text = (file: string) => read(file).toString("utf8");
  const digits = (file: string) => read(file).toString("base64");
  return {
    "weights.safetensors": digits("weights.safetensors"),
    "model.onnx": digits("model.onnx"),
    "genotype.json": text("genotype.json"),
    "parity.json": text("parity.json"),
    "data.json": text("data.json"),
    "config.json": text("config.json"),
    "events.jsonl": text("events.jsonl").replaceAll(/"time":"[^"]*",/g, ""),
    "results.csv": withoutTimes(text("results.csv")),
    "summary.json": text("summary.json").replaceAll(/^ {2}"(run|seconds|searchSeconds|model)": .*\n/gm, ""),
  };
}

function withoutTimes(table: string): string {
  const lines = table.split("\n").map((line) => line.split(","));
  const times = ["seconds", "stall_seconds"].map((column) => lines[0]!.indexOf(column));
  return lines.map((fields) => fields.filter((_, place) => !times.includes(place)).join()).join("\n");
}
