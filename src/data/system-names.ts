/** @file What systems, file managers, archivers and network drives leave in folders: never data. */

/** In lower case. */
const NAMES: readonly string[] = [
  ...["thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "icon\r"],
  ...["@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@tmp"],
  ...["lost+found", "$recycle.bin", "recycler", "system volume information", "found.000"],
];

/** Whether a file or folder of this name is passed over: one of those, or hidden by a dot. */
export function isSystemName(name: string): boolean {
  return name.startsWith(".") || NAMES.includes(name.toLowerCase());
}
