/** @file How options are typed. */
/** Options that are typed as others are, in the one command that has them. */
const SPELLINGS: Readonly<Record<string, string>> = {
  dictionaryFile: "dictionary",
  tableFile: "file",
  logTo: "to",
};

/** An option's name as it is typed, without the dashes in front. */
export function spelling(name: string): string {
  return (SPELLINGS[name] ?? name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
