import { IstaNasError } from "../../error.ts";

const HINT = "docs/reference/config.md shows one; --config none leaves it out";

/** `E_CONFIG_FILE`: what is wrong with a file of flags. */
export function configError(
  file: string,
  what: string,
  { hint = HINT, cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): IstaNasError {
  return new IstaNasError(`${file}: ${what}`, {
    code: "E_CONFIG_FILE",
    kind: "usage",
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
