/** @file Light or dark: as the system says, unless the reader chose. */
import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const KEY = "ista-nas-theme";

export interface ThemeChoice {
  readonly theme: Theme;
  readonly toggle: () => void;
}

export function useTheme(): ThemeChoice {
  const [system, setSystem] = useState<Theme>(systemTheme);
  const [chosen, setChosen] = useState<Theme | null>(stored);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setSystem(systemTheme());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  const theme = chosen ?? system;
  // Now and not in an effect: charts read the colours in theirs, which run first.
  document.documentElement.dataset["theme"] = theme;
  return {
    theme,
    toggle() {
      const next = theme === "dark" ? "light" : "dark";
      setChosen(next);
      try {
        localStorage.setItem(KEY, next);
      } catch {}
    },
  };
}

function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Browsers can refuse a page its storage: then the choice lasts as long as the page. */
function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}
