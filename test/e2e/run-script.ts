import { spawn } from "node:child_process";

/** Runs a module given as text, with arguments from `process.argv[1]` on, and gives back the JSON that it prints. */
export function runScript(script: string, args: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, error] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) resolve(JSON.parse(output));
      else reject(new Error(`the script ended with ${status ?? signal}: ${error}`));
    });
  });
}
