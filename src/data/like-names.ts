/** @file Names of classes that look alike, and their order. */

/** Groups of names that differ only in capitals, blanks, or how accents are encoded. */
export function likeNames(names: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(folded(name));
    if (group === undefined) groups.set(folded(name), [name]);
    else group.push(name);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** The name among `names` that is the same text, however its accents are encoded; -1 if there is none. */
export function indexOfName(names: readonly string[], name: string): number {
  const exact = names.indexOf(name);
  return exact >= 0 ? exact : names.findIndex((other) => other.normalize() === name.normalize());
}

/** The first few names where numbers are sorted as text, as in `0, 1, 10, 2`; null where that makes no difference. */
export function textOrder(names: readonly string[]): readonly string[] | null {
  if (!names.every((name) => /^\d+$/.test(name))) return null;
  const misplaced = names.findIndex((name, index) => index > 0 && Number(name) < Number(names[index - 1]));
  return misplaced < 0 ? null : names.slice(0, misplaced + 1);
}

function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}
