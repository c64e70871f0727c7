import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

it("a number that says nothing about a class never stands alone: end line, card, summary and report say so", async () => {
  const cwd = temporaryFolder();
  writeFiles(join(cwd, "pets"), await sampleClasses({ cat: 40, dog: 1 }));
  const check = await runCommand(cwd, ["check", "pets"]);
  expect(check.output).toContain("warning: one-sided: cat has 32, dog 1 training image; accuracy alone will mislead");
  const flags = ["--channels", "4", "--cells", "3", "--epochs", "1", "--threads", "1", "--out", "run"];
  const printed = await runCommand(cwd, ["train", "ISTA_twostage", "pets", ...flags]);
  expect(printed.status, printed.error).toBe(0);
  const number = /\d+\.\d\d % \((\d) of 8 images; 95 % interval \d+\.\d\d to \d+\.\d\d %; none of dog\)/;
  const caveat = "no test image of dog: the test accuracy says nothing about it";
  expect(printed.output).toMatch(new RegExp(`^test accuracy   ${number.source}, read once$`, "m"));
  expect(printed.output).toMatch(/^ {2}cat +\d+\.\d\d % +\d of 8 +\d +/m);
  expect(printed.output).toMatch(/^ {2}dog +- +no images +\d +/m);
  expect(printed.output).toContain(`warning: ${caveat}\n`);

  const card = readFileSync(join(cwd, "run/README.md"), "utf8");
  expect(card).toMatch(number);
  expect(card).toMatch(/\| `cat` \| \d of 8 \| \d+\.\d\d % \| .*\n\| `dog` \| no test image \| - \|/);
  expect(card).toContain(`- ${caveat}\n`);
  expect(card).toContain("trained from scratch for 1 epoch.");

  const summary = JSON.parse(readFileSync(join(cwd, "run/summary.json"), "utf8")) as Record<string, unknown>;
  expect(summary).toMatchObject({
    testImages: 8,
    classAccuracy: [
      { name: "cat", images: 8 },
      { name: "dog", images: 0 },
    ],
  });
  expect(summary["caveats"]).toContain(caveat);
  const report = await runCommand(cwd, ["report", "run"]);
  expect(report.status, report.error).toBe(0);
  expect(readFileSync(join(cwd, "run/report.html"), "utf8")).toContain(caveat);
});
