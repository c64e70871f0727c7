/** @file A number with its noun. Every folder may import this file. */

/** `1 epoch`, `2 epochs`, `0 classes`. `many` for what no rule gives: `countOf(n, "test image is", "test images are")`. */
export function countOf(count: number, one: string, many: string = pluralOf(one)): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Of a regular noun: epochs, classes, batches, entries. */
function pluralOf(noun: string): string {
  if (/(s|x|sh|[^o]ch)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
