/** @file The spaces that come with the package: a space joins by a row. */
import { type DartsGiven, type DartsMacroGiven, dartsKind } from "./darts/kind.ts";
import { type FusionGiven, type FusionMacroGiven, fusionKind } from "./fusion/kind.ts";
import { type MobileGiven, type MobileMacroGiven, mobileKind } from "./mobile/kind.ts";
import { type Nb201MacroGiven, nb201Kind } from "./nas-bench-201/kind.ts";
import type { SpaceKind } from "./space-kind.ts";

/** The first one is the default. */
export const SPACES: readonly SpaceKind[] = [dartsKind, nb201Kind, mobileKind, fusionKind];

/** Options of these spaces, as far as they are given. */
export interface SpaceGiven extends DartsGiven, MobileGiven, FusionGiven {}

/** Options of the size of their networks, as far as they are given. */
export interface SpaceMacroGiven extends DartsMacroGiven, Nb201MacroGiven, MobileMacroGiven, FusionMacroGiven {}
