/** @file What drawings that stand alone have in common: no fonts but the reader's, and the colours of ink and ground. */

export const SANS = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";
/** Widest advance of these fonts, per font size: room for text whose width nobody can know here. */
export const SANS_ADVANCE = 0.6;
export const TEXT_SIZE = 12;

export const INK = "#1f2733";
export const MUTED = "#5b6675";
export const BORDER = "#d5dce4";
export const BACKGROUND = "#ffffff";
