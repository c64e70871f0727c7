/** Milliseconds before a server that did not answer is asked again. */
export const RETRY_AFTER = 1000;
