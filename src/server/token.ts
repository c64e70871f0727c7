/** @file The token that lets in whoever has it: a chosen one has to be hard to guess, or nobody chooses it. */
import { randomBytes } from "node:crypto";
import { IstaNasError } from "../error.ts";

const SHORTEST = 16;
/** Cookies and headers have room for it. */
const LONGEST = 256;
/** What stands in an address, a cookie and a header alike without being changed on the way. */
const VISIBLE = /^[\x21-\x7e]*$/;

/** One that nobody guesses, 144 random bits. */
export function makeToken(): string {
  return randomBytes(18).toString("base64url");
}

/** `token`, if it can be one. Throws `E_SERVER_TOKEN` for one that is empty, short, or has blanks in it. */
export function checkedToken(token: string): string {
  const { length } = token;
  if (length >= SHORTEST && length <= LONGEST && VISIBLE.test(token)) return token;
  // The token itself stays unprinted: it may be a secret that is used elsewhere.
  const got =
    length === 0 ? "an empty one" : VISIBLE.test(token) ? `${length} characters` : "blanks or characters beyond ASCII";
  throw new IstaNasError(
    `--token: got ${got}, expected ${SHORTEST} to ${LONGEST} letters, digits and signs without blanks`,
    {
      code: "E_SERVER_TOKEN",
      kind: "usage",
      hint: "make one: openssl rand -base64 18; or leave --token out: where others can reach the server, one is made",
    },
  );
}
