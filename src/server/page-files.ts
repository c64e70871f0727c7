/** @file The files of the page, found once: what is asked for is looked up among them by its whole address. */
import { readdirSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { IstaNasError } from "../error.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export interface PageFile {
  readonly type: string;
  readonly path: string;
}

export class PageFiles {
  readonly #paths: ReadonlyMap<string, string>;

  /**
   * `folder`: the built page, which is there if it has a file `first`. Default: the one of this package that a server sends.
   * @throws E_PAGE_MISSING if it is not there
   */
  constructor(folder: string = builtFolder("web"), first = "index.html") {
    try {
      const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
      const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
      this.#paths = new Map(files.map((path) => [`/${relative(folder, path).split(sep).join("/")}`, path]));
    } catch (cause) {
      throw missing(folder, first, cause);
    }
    if (!this.#paths.has(`/${first}`)) throw missing(folder, first, undefined);
  }

  /** The file at an address such as `/assets/page.js`; null if the page has none there. */
  file(address: string): PageFile | null {
    const path = this.#paths.get(address);
    if (path === undefined) return null;
    return { type: TYPES[extname(path)] ?? "application/octet-stream", path };
  }
}

/** Where the build puts a form of the page: `web` or `report`. */
export function builtFolder(form: string): string {
  return fileURLToPath(new URL(`../${form}`, import.meta.url));
}

function missing(folder: string, first: string, cause: unknown): IstaNasError {
  return new IstaNasError(`page: got no ${first} in ${folder}, expected the built page`, {
    code: "E_PAGE_MISSING",
    hint: "build it: npm run build; an installed package has it",
    cause,
  });
}
