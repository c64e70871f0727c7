/** @file Where the reader is, kept in the address after `#`, so that every view has a link and a report needs no server. */
import { useEffect, useState } from "preact/hooks";

export const RUN_TABS = ["cells", "codes", "exploration", "curves", "try", "details"] as const;
export type RunTab = (typeof RUN_TABS)[number];

export type Route =
  | { readonly view: "runs" }
  | { readonly view: "run"; readonly id: string; readonly tab: RunTab }
  | { readonly view: "study"; readonly id: string }
  | { readonly view: "compare"; readonly ids: readonly string[] };

/** The route of an address such as `#/run/demo-two-stage-seed1/codes`. */
function parseRoute(hash: string): Route {
  const [view, ...rest] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (view === "run" && rest[0] !== undefined && rest[0] !== "") {
    return { view, id: rest[0], tab: RUN_TABS.find((tab) => tab === rest[1]) ?? "cells" };
  }
  if (view === "study" && rest[0] !== undefined && rest[0] !== "") return { view, id: rest[0] };
  if (view === "compare") return { view, ids: rest.filter((id) => id !== "") };
  return { view: "runs" };
}

export function hrefOf(route: Route): string {
  if (route.view === "run") return `#/run/${encodeURIComponent(route.id)}/${route.tab}`;
  if (route.view === "study") return `#/study/${encodeURIComponent(route.id)}`;
  if (route.view === "compare") return `#/compare/${route.ids.map(encodeURIComponent).join("/")}`;
  return "#/";
}

/** Follows the address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
