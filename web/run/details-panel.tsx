/** @file Everything else that is known of a run: files, settings, sessions, warnings, the journal. */
import { useState } from "preact/hooks";
import { flatten } from "../data/flatten.ts";
import { bytes, moment, plain } from "../format.ts";
import type { PanelProps } from "../views/run-view.tsx";

export function DetailsPanel({ source, id, snapshot }: PanelProps) {
  const { config, sessions, data, files } = snapshot.detail;
  const sentences = (name: string) => (Array.isArray(data?.[name]) ? data[name] : []).map(plain);
  const warnings = [...sentences("warnings"), ...sentences("notes")];
  const downloads = files.flatMap(({ name, bytes: size }) => {
    const address = source.fileAddress(id, name);
    return address === null ? [] : [{ name, size, address }];
  });
  return (
    <section aria-label="Details">
      <div class="columns">
        <div>
          <h2>Files</h2>
          <ul class="plain">
            {downloads.map(({ name, size, address }) => (
              <li key={name}>
                <a href={address} download={name}>
                  {name}
                </a>{" "}
                <span class="muted">{bytes(size)}</span>
              </li>
            ))}
          </ul>
          <Sentences title="Warnings of the data" list={warnings} />
          <Sentences title="How the data were read" list={sentences("remarks")} />
          <h2>Sessions</h2>
          {sessions.length === 0 && <p class="muted">None are recorded.</p>}
          {sessions.map((session, index) => (
            <details key={session.startedAt} open={index === sessions.length - 1}>
              <summary>
                {moment(session.startedAt)},{" "}
                {session.from === null ? "from the beginning" : `from checkpoint ${session.from}`}
              </summary>
              <Settings values={flatten(session)} />
            </details>
          ))}
        </div>
        <div>
          <h2>Configuration</h2>
          {config === null ? <p class="muted">It cannot be read.</p> : <Configuration values={flatten(config)} />}
        </div>
      </div>
      <JournalView snapshot={snapshot} />
    </section>
  );
}

function Sentences({ title, list }: { readonly title: string; readonly list: readonly string[] }) {
  if (list.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {list.map((text, index) => (
          <li key={index}>{text}</li>
        ))}
      </ul>
    </>
  );
}

function Configuration({ values }: { readonly values: ReadonlyMap<string, string> }) {
  const [filter, setFilter] = useState("");
  const shown = new Map([...values].filter(([name]) => name.toLowerCase().includes(filter.toLowerCase())));
  return (
    <>
      <label>
        Filter <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
      </label>
      <Settings values={shown} />
    </>
  );
}

function Settings({ values }: { readonly values: ReadonlyMap<string, string> }) {
  return (
    <table class="settings">
      <tbody>
        {[...values].map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function JournalView({ snapshot }: Pick<PanelProps, "snapshot">) {
  const { recent, eventCount } = snapshot;
  return (
    <>
      <h2>Journal</h2>
      <p class="muted">
        {eventCount} events; here the milestones and what came since the page was opened. <code>events.jsonl</code> has
        all.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is moved with the arrow keys */}
      <ol class="journal" tabIndex={0} aria-label="Events, newest first">
        {recent.toReversed().map((entry, index) => {
          const { time, kind, ...rest } = entry;
          return (
            <li key={eventCount - index}>
              <time dateTime={time}>{moment(time)}</time> <strong>{kind}</strong>{" "}
              <span class="muted">{JSON.stringify(rest).slice(0, 300)}</span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
