/** @file The baselines of a space of one's own: looked at where the space is made, before anybody asks for one. */
import { z } from "zod";
import { BASELINE_NAME, type SearchSpace } from "../spaces/index.ts";
import { moduleError, type OwnModule } from "./own-module.ts";

const LONGEST_SUMMARY = 80;

const SCHEMA = z.array(
  z.object({
    name: z
      .string()
      .regex(BASELINE_NAME, "expected a letter, then letters, digits, _ and -, 64 at most, and not random in front"),
    summary: z.string().min(1).max(LONGEST_SUMMARY),
    architecture: z.unknown(),
  }),
);

/** `space`: as the module made it. Throws `E_MODULE` for baselines that are not distinct architectures of `space`, each with a name and a summary of its own. */
export function guardBaselines(space: SearchSpace, module: OwnModule): void {
  const { success, error, data } = SCHEMA.safeParse(space.baselines ?? []);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw moduleError(module, `${["baselines", ...path].join(".")}: ${message}`);
  }
  const named = new Map<string, string>();
  for (const { name, architecture } of data) {
    const text = textOf(space, name, architecture, module);
    const same = [...named].find(([other, otherText]) => other === name || otherText === text);
    if (same !== undefined) {
      throw moduleError(module, `baselines: ${name}: got the name or the architecture of ${same[0]}, expected another`);
    }
    named.set(name, text);
  }
}

function textOf(space: SearchSpace, name: string, architecture: unknown, module: OwnModule): string {
  try {
    return space.formatText(space.derive(space.supportsOf(architecture)));
  } catch (error) {
    throw moduleError(module, `baselines: ${name}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
