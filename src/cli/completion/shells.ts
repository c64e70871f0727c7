/** Shells that complete. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
