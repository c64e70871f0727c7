import type { ComponentChildren } from "preact";

export interface ScrollRegionProps {
  /** What is in it, for screen readers. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Holds what may be wider than the page, and scrolls it sideways, with the arrow keys too. */
export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll
    <section class="table-holder" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
