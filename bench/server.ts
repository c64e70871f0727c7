/**
 * @file What a server of many runs takes: 600 runs with 20 and 60 pages that follow them, one run growing, as a share of one core, and how long an
 * answer takes meanwhile; a page with a hostile place to go on from; and memory while four downloads of 1.5 GB go on at once.
 * `npm run build && npx tsx bench/server.ts [--seconds 15]`; only Linux tells.
 */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startServer } from "../test/e2e/browser.ts";
import { appendEpoch, makeSampleRun } from "../test/server/sample-run.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/server.ts [--seconds 15]";
const RUNS = 600;
const LARGE = 1_500_000_000;
const DOWNLOADS = 4;
const TICKS_A_SECOND = 100;

/** Seconds of processor time that a process has taken. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function residentMebibytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}

/** Follows the events of a server until `signal`; what comes is read and dropped. */
async function follow(address: string, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}) {
  try {
    const { body } = await fetch(new URL("/api/live", address), { signal, headers });
    for await (const _ of body!) if (signal.aborted) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "15" } } });
  const { seconds } = countsOf(values, ["seconds"]);
  const parent = mkdtempSync(join(tmpdir(), "ista-nas-server-"));
  try {
    for (let run = 1; run < RUNS; run++) makeSampleRun(parent, `run-${run}`, { epochs: 5 });
    const folder = makeSampleRun(parent, "grows", { epochs: 5 });
    console.log(`${machineLine(1)}; ${RUNS} runs, one of them growing by an epoch a second\n`);
    const rows: string[][] = [];
    let epoch = 6;
    const hostile = { "Last-Event-ID": Array.from({ length: 700 }, (_, k) => `r${k}=9-9`).join("&") };
    for (const [what, streams, headers] of [
      ["20 pages", 20, {}],
      ["60 pages", 60, {}],
      ["1 page, a hostile place to go on from", 1, hostile],
    ] as const) {
      const server = await startServer(parent);
      const stop = new AbortController();
      const following = Array.from({ length: streams }, () => follow(server.address, stop.signal, headers));
      await pause(2000);
      const before = processorSeconds(server.pid);
      const answers: number[] = [];
      for (const until = performance.now() + 1000 * seconds; performance.now() < until; ) {
        appendEpoch(folder, epoch++, 1_000_000);
        const from = performance.now();
        await (await fetch(new URL("/api/runs/run-1", server.address))).arrayBuffer();
        answers.push(performance.now() - from);
        await pause(1000);
      }
      const share = (processorSeconds(server.pid) - before) / seconds;
      answers.sort((a, b) => a - b);
      const figures = [answers[answers.length >> 1]!, answers.at(-1)!].map((time) => time.toFixed(0));
      rows.push([what, `${(100 * share).toFixed(0)} %`, ...figures]);
      stop.abort();
      await Promise.all(following);
      await server.stop();
    }
    console.log(markdownTable(["who follows", "of a core", "answer, ms (median)", "(longest)"], rows));

    writeFileSync(folder.pathOf("model.onnx"), "");
    truncateSync(folder.pathOf("model.onnx"), LARGE);
    const server = await startServer(parent);
    const before = residentMebibytes(server.pid);
    let most = before;
    let isOver = false;
    const watch = (async () => {
      for (; !isOver; await pause(50)) most = Math.max(most, residentMebibytes(server.pid));
    })();
    await Promise.all(
      Array.from({ length: DOWNLOADS }, async () => {
        let bytes = 0;
        const { body } = await fetch(new URL("/api/runs/grows/files/model.onnx", server.address));
        for await (const piece of body!) bytes += (piece as Uint8Array).length;
        if (bytes !== LARGE) throw new Error(`download: got ${bytes} bytes, expected ${LARGE}`);
      }),
    );
    isOver = true;
    await watch;
    await server.stop();
    console.log(
      `\n${DOWNLOADS} downloads of ${LARGE / 1e9} GB at once: ${before.toFixed(0)} MiB before, at most ${most.toFixed(0)} MiB`,
    );
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

await runCommand(USAGE, main);
