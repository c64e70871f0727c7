/** What may be chosen in the space of the run, and how it is drawn: `{ kind, groups, layout }`. */
export const SPACE_FILE = "space.json";

/** What was found or given, as its space writes it. */
export const ARCHITECTURE_FILE = "genotype.json";

/** The same for those who do not know the space: `{ supports, diagram }`, `supports` null for an architecture that its space does not hold. */
export const DRAWING_FILE = "architecture.json";
