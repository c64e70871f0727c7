/** @file The spaces that come with the package: a space joins by a row. */
import { dartsKind } from "./darts/kind.ts";
import { mobileKind } from "./mobile/kind.ts";
import { nb201Kind } from "./nas-bench-201/kind.ts";
import type { SpaceKind } from "./space-kind.ts";

/** The first one is the default. */
export const SPACES: readonly SpaceKind[] = [dartsKind, nb201Kind, mobileKind];
