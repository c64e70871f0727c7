import { IstaNasError } from "../../error.ts";

/** Throws `code` unless there is one class name a logit, none of them empty and no two alike; `where` opens the message. */
export function checkClassNames(names: readonly string[], logits: number, where: string, code: string): void {
  const complain = (got: string, expected: string): never => {
    throw new IstaNasError(`${where}: class names: got ${got}, expected ${expected}`, {
      code,
      kind: "usage",
      hint: "the names and the network are not of the same training: take both from one run",
    });
  };
  if (names.length !== logits) complain(String(names.length), `${logits}, one a logit`);
  const empty = names.findIndex((name) => name.trim() === "");
  if (empty >= 0) complain(`an empty one for logit ${empty}`, "a name for each");
  const second = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (second >= 0) {
    complain(
      `${JSON.stringify(names[second])} for logits ${names.indexOf(names[second]!)} and ${second}`,
      "names that differ",
    );
  }
}
