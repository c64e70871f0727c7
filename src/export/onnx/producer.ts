/** What files of this package say wrote them. */
export const PRODUCER = "ista-nas";
