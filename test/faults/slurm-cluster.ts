/** @file A SLURM cluster of two nodes on this machine: a controller and two slurmd, with a configuration of their own. Debian's packages, as root. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const PACKAGES = ["slurmctld", "slurmd", "slurm-client", "munge"];
const NODES = ["n1", "n2"];

const call = (command: string, ...words: string[]) => spawnSync(command, words, { encoding: "utf8" });
const isThere = (command: string) => call("sh", "-c", `command -v ${command}`).status === 0;

/** Why there can be none here, null if there can. Installs what is missing where it may. */
export function lacksSlurm(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "SLURM's daemons are started on Linux, as root";
  if (["slurmctld", "slurmd", "sbatch", "munged"].every(isThere)) return null;
  const apt = (...words: string[]) => call("apt-get", ...words).status === 0;
  const isInstalled = apt("update") && apt("install", "-y", "--no-install-recommends", ...PACKAGES);
  return isInstalled ? null : `apt-get could not bring ${PACKAGES.join(", ")}`;
}

export class SlurmCluster {
  /** For the environment of SLURM's commands, as SLURM_CONF. */
  readonly configuration: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.configuration = join(folder, "slurm.conf");
  }

  start(): void {
    mkdirSync(join(this.#folder, "state"), { recursive: true });
    const host = hostname().split(".")[0]!;
    const nodes = NODES.map(
      (node, index) =>
        `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${17920 + index} CPUs=1 RealMemory=2000`,
    );
    const place = (key: string, name: string) => `${key}=${join(this.#folder, name)}`;
    writeFileSync(
      this.configuration,
      [
        ...[
          "ClusterName=try",
          `SlurmctldHost=${host}(127.0.0.1)`,
          "SlurmUser=root",
          "SlurmdUser=root",
          "SlurmctldPort=17917",
        ],
        ...[
          place("StateSaveLocation", "state"),
          place("SlurmdSpoolDir", "spool-%n"),
          place("SlurmctldPidFile", "ctld.pid"),
        ],
        ...[place("SlurmdPidFile", "%n.pid"), place("SlurmctldLogFile", "ctld.log"), place("SlurmdLogFile", "%n.log")],
        ...[
          "ProctrackType=proctrack/linuxproc",
          "TaskPlugin=task/none",
          "SelectType=select/cons_tres",
          "SelectTypeParameters=CR_CPU",
        ],
        ...[
          "ReturnToService=2",
          "KillWait=20",
          "SlurmdTimeout=10",
          "MpiDefault=none",
          "JobAcctGatherType=jobacct_gather/none",
        ],
        ...["AuthType=auth/munge", "AccountingStorageType=accounting_storage/none", "JobRequeue=1"],
        ...[...nodes, `PartitionName=main Nodes=${NODES.join(",")} Default=YES MaxTime=120 State=UP`, ""],
      ].join("\n"),
    );
    this.#startMunge();
    call("slurmctld", "-f", this.configuration);
    for (const node of NODES) this.startNode(node);
  }

  startNode(node: string): void {
    call("slurmd", "-f", this.configuration, "-N", node);
  }

  /** The daemon of a node and everything that it started, as where a machine is switched off. */
  killNode(node: string): void {
    call("pkill", "-KILL", "-f", `slurmd .*-N ${node}$`);
    const scripts = call("pgrep", "-f", join(this.#folder, `spool-${node}/job`)).stdout;
    for (const script of scripts.split("\n").filter((pid) => pid !== "")) {
      const session = call("ps", "-o", "sid=", "-p", script).stdout.trim();
      const step = call("ps", "-o", "ppid=", "-p", script).stdout.trim();
      call("kill", "-KILL", step);
      call("pkill", "-KILL", "-s", session);
    }
  }

  stop(): void {
    for (const node of NODES) this.killNode(node);
    call("pkill", "-KILL", "-f", `slurmctld -f ${this.configuration}`);
  }

  /** What SLURM's command prints. */
  ask(command: string, ...words: string[]): string {
    const env = { ...process.env, SLURM_CONF: this.configuration };
    return spawnSync(command, words, { encoding: "utf8", env }).stdout;
  }

  #startMunge(): void {
    if (call("sh", "-c", "munge -n | unmunge").status === 0) return;
    call(
      "sh",
      "-c",
      "[ -f /etc/munge/munge.key ] || mungekey -c; mkdir -p /run/munge; chown -R munge:munge /etc/munge /run/munge",
    );
    call("setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged");
  }
}
