/** @file All studies of the folder: how far each is, and what it says. */
import type { StudyLine } from "../../src/server/index.ts";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { hrefOf } from "../router.ts";
import { progressOf } from "./study-progress.ts";

export function StudiesTable({ studies }: { readonly studies: readonly StudyLine[] }) {
  return (
    <ScrollRegion label="Table of studies">
      <table class="studies">
        <thead>
          <tr>
            <th scope="col">Study</th>
            <th scope="col" class="minor">
              Data
            </th>
            <th scope="col">Runs</th>
            <th scope="col">What it says</th>
          </tr>
        </thead>
        <tbody>
          {studies.map((line) => (
            <tr key={line.id}>
              <td class="name">
                <a href={hrefOf({ view: "study", id: line.id })}>{line.id}</a>
              </td>
              <td class="minor">{line.data ?? "–"}</td>
              <td>{progressOf(line)}</td>
              <td>
                {line.sentence ?? ""}
                {line.problem !== null && <span class="reason">{line.problem}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
