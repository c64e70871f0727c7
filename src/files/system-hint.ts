/** What to do about answers of the system that are not about the file at all. */
const HINTS: Readonly<Record<string, string>> = {
  EMFILE: "the process may have too few files open: start it after ulimit -n 1024, or raise the limit of the container",
  ENFILE: "all files that the machine may have open are open: end other programs",
  ENOSPC: "make room on the disk; a run that was stopped goes on with ista-nas resume",
  EDQUOT: "your share of the disk is full: make room; a run that was stopped goes on with ista-nas resume",
  ENOMEM: "the system has no more memory: end other programs, or lower --batch, --channels or --threads",
  EAGAIN: "the system has no more threads or processes: lower --threads, or raise ulimit -u",
  EIO: "the disk reports an error: check it before it is used again",
  ESTALE: "the folder on the network went away: mount it again; a run that was stopped goes on with ista-nas resume",
};

/** What to do about an error of the system whose cause is not the file that it names, such as a full disk; null for any other. */
export function systemHint(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return HINTS[code ?? ""] ?? null;
}
