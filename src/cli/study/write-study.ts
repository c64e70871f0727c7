/** @file Writes down what a study came to, and tells it. */
import {
  STUDY_HEADINGS,
  type StudyFolder,
  type StudyResults,
  studyCsv,
  studyJson,
  studyMarkdown,
  studyTable,
} from "../../study/index.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export function writeStudy(folder: StudyFolder, results: StudyResults): StudyResults {
  folder.writeJson("study.json", studyJson(results));
  folder.write("study.csv", studyCsv(results));
  folder.write("study.md", studyMarkdown(results));
  return results;
}

export function tellStudy(terminal: Terminal, results: StudyResults, folder: StudyFolder): void {
  terminal.line();
  for (const line of formatTable(STUDY_HEADINGS, studyTable(results))) terminal.line(...line);
  terminal.line();
  terminal.line(results.sentence);
  terminal.line(`tables in ${folder.path}: study.md, study.csv, study.json`);
  terminal.result({ folder: folder.path, ...studyJson(results) });
}
