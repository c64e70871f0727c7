import type { RunSnapshot } from "../data/run-store.ts";

const SHOWN = 3;

/** What of a run was left out because it is not as a run writes it; nothing for a run that is whole. */
export function Damage({ snapshot }: { readonly snapshot: RunSnapshot }) {
  const { damaged, strayLines, strayRows, detail } = snapshot;
  const parts = [
    ...detail.problems,
    ...damaged.slice(0, SHOWN).map(({ epoch, reason }) => `selection after epoch ${epoch ?? "?"}: ${reason}`),
    ...(damaged.length > SHOWN ? [`${damaged.length - SHOWN} more selections`] : []),
    ...(strayLines > 0 ? [`lines of events.jsonl that are no events: ${strayLines}`] : []),
    ...(strayRows > 0 ? [`lines of results.csv that are no epochs: ${strayRows}`] : []),
  ];
  if (parts.length === 0) return null;
  return (
    <div class="warning" role="status">
      Left out, as it is not what a run writes:
      <ul>
        {parts.map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
    </div>
  );
}
