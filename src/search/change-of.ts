/** @file The usual change of an option: of a number that stands under its own name. */

/** A `Change` of all options that have a number under `Name`. */
export interface ChangeOf<Name extends string> {
  get(options: Readonly<Record<Name, number>>): number;
  set<Options extends Readonly<Record<Name, number>>>(options: Options, value: number): Options;
}

/** Changes the number that options have under `name`. */
export function changeOf<Name extends string>(name: Name): ChangeOf<Name> {
  return { get: (options) => options[name], set: (options, value) => ({ ...options, [name]: value }) };
}
