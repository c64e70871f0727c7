/** For each group, for each of its candidates, how many channels are inside: 0 for one that is not kept. */
export type Widths = readonly (readonly number[])[];
