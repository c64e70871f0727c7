import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { formatTable } from "../../src/cli/table.ts";

vi.mock("picocolors", async (original) => {
  const { default: picocolors } = await original<{ default: { isColorSupported: boolean } }>();
  return { default: { ...picocolors, isColorSupported: true } };
});

const { Terminal } = await import("../../src/cli/terminal.ts");

/** Colour, link, clipboard, C1 control, direction of writing, start of the line, one back, delete, line feed, tab. */
const HOSTILE = "a\u001b[31m\u001b]8;;http://x\u0007\u001b]52;c;aGk=\u0007\u009b2J\u202e\r\b\u007f\n\tz";
const HARMLESS = "a\\x1b[31m\\x1b]8;;http://x\\x07\\x1b]52;c;aGk=\\x07\\u009b2J\\u202e\\r\\x08\\x7f\\n\\tz";

function terminalOf(isTTY: boolean, json = false) {
  const sink = () => {
    const chunks: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk.toString());
        done();
      },
    });
    return { chunks, stream: Object.assign(stream, { isTTY, columns: 300 }) };
  };
  const [output, error] = [sink(), sink()];
  const terminal = new Terminal({ output: output.stream, error: error.stream }, { json });
  return { terminal, output: () => output.chunks.join(""), error: () => error.chunks.join("") };
}

describe("what a terminal gets to see of foreign text", () => {
  it("is never obeyed: lines, blocks, progress and text write it out", () => {
    const { terminal, output } = terminalOf(true);
    terminal.line(`name ${HOSTILE}`);
    terminal.block(`one\ntwo \u001b[2J`);
    terminal.text("Genotype\u009b(\n)\n");
    terminal.progress(HOSTILE);
    expect(output()).toBe(`name ${HARMLESS}\none\ntwo \\x1b[2J\nGenotype\\u009b(\n)\n${HARMLESS}`);
  });

  it("keeps our own colours, on a terminal alone", () => {
    const [shown, piped] = [terminalOf(true), terminalOf(false)];
    for (const { terminal } of [shown, piped]) terminal.line("is ", { text: HOSTILE, colour: "red" });
    expect(shown.output()).toBe(`is \u001b[31m${HARMLESS}\u001b[39m\n`);
    expect(piped.output()).toBe(`is ${HARMLESS}\n`);
  });

  it("is the same value after --json, though not written as JSON.stringify would", () => {
    const { terminal, output, error } = terminalOf(false, true);
    terminal.line(HOSTILE);
    terminal.result({ [HOSTILE]: HOSTILE });
    expect(output()).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(JSON.parse(output())).toEqual({ [HOSTILE]: HOSTILE });
    expect(error()).toBe(`${HARMLESS}\n`);
  });

  it("does not move the columns of a table", () => {
    const { terminal, output } = terminalOf(true);
    const rows = [
      [{ text: "ok\u001b", colour: "green" } as const, "1"],
      ["plain", "\r2"],
      ["long enough", ""],
    ];
    for (const line of formatTable(["state", "n"], rows)) terminal.line(...line);
    expect(output()).toBe("state        n\n\u001b[32mok\\x1b\u001b[39m       1\nplain        \\r2\nlong enough\n");
  });

  it("comes after a progress line that is taken away", () => {
    const { terminal, output } = terminalOf(true);
    terminal.progress("working");
    terminal.clearProgress();
    terminal.clearProgress();
    expect(output()).toBe("working\r\u001b[2K");
  });
});
