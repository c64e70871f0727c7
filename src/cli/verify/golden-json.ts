/** @file One JSON file of golden numbers, checked. */
import type { z } from "zod";
import { IstaNasError } from "../../error.ts";
import { parseJson } from "../../files/index.ts";
import { readGolden } from "./golden-tensors.ts";

/** @throws E_VERIFY_FILE if it is not there, or has another form */
export function goldenJson<Golden>(schema: z.ZodType<Golden>, folder: string, file: string): Golden {
  try {
    return schema.parse(parseJson(readGolden(folder, file)));
  } catch (cause) {
    if (cause instanceof IstaNasError) throw cause;
    throw new IstaNasError(`verify: ${file}: not what the script of its golden numbers writes`, {
      code: "E_VERIFY_FILE",
      kind: "usage",
      cause,
    });
  }
}
