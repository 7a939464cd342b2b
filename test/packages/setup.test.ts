/** Error messages of the set-up on machines without Python, venv or a recent Node. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

/** Returns a folder that contains the scripts alone. */
function bareCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "tapelab-setup-"));
  cpSync(inRoot("scripts"), join(folder, "scripts"), { recursive: true });
  for (const name of ["package.json", "package-lock.json", "requirements.txt", "constraints.txt"])
    cpSync(inRoot(name), join(folder, name));
  return folder;
}

/** Returns a folder with programs whose bodies are the given shell scripts. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const bin = mkdtempSync(join(tmpdir(), "tapelab-bin-"));
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

function setUp(
  path: string,
  args = [join("scripts", "setup.mjs")],
): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: bareCopy(),
    env: { PATH: path },
    encoding: "utf8",
  });
  return { status, text: stdout + stderr };
}

describe.skipIf(process.platform === "win32")("set-up says what is missing", () => {
  test("no Python", () => {
    const { status, text } = setUp(programs({}));
    expect(status).toBe(1);
    expect(text).toContain("Python 3.10 or newer is needed and was not found on PATH.");
    expect(text).toContain("apt install python3 python3-venv");
  });
  test("too old a Python", () => {
    const { text } = setUp(programs({ python3: "echo 3.8" }));
    expect(text).toContain("Python 3.10 or newer is needed and was not found on PATH (python3 is 3.8).");
  });
  test("no venv module", () => {
    const { status, text } = setUp(
      programs({ python3: 'if [ "$1" = -c ]; then echo 3.12; else echo "No module named venv" >&2; exit 1; fi' }),
    );
    expect(status).toBe(1);
    expect(text).toContain("No module named venv");
    expect(text).toMatch(/This command failed: python3 -m venv \S+/);
    expect(text).toContain("Debian and Ubuntu have it in the package python3-venv");
  });
  test("too old a Node", () => {
    const old = `Object.defineProperty(process.versions, "node", { value: "18.4.0" });
      const { setUp } = await import("./scripts/lib/setup.mjs");
      const { main } = await import("./scripts/lib/run.mjs");
      await main(() => setUp());`;
    const { status, text } = setUp("", ["--input-type=module", "-e", old]);
    expect(status).toBe(1);
    expect(text).toContain("Node.js 20 or newer is needed, and this is 18.4.0.");
  });
});
