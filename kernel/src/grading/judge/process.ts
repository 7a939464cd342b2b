/** A running sandbox: a process that is connected by two pipes. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Channel, Disconnected, type Frame } from "../wire/channel.ts";
import { type Isolation, limited } from "./isolation.ts";
import type { Ended, Watchdog } from "./watchdog.ts";

/** The limits of a sandbox. */
export interface Limits {
  /** Seconds that a cell may take, a call of a function, and all calls of a test. */
  readonly cell: number;
  readonly call: number;
  readonly test: number;
  /** Megabytes of memory. */
  readonly memory: number;
}

/** The sandbox has ended: by a limit, or by itself. */
export class SandboxEnded extends Error {
  override readonly name: string = "SandboxEnded";
  readonly reason: Ended;
  constructor(reason: Ended, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Text of the sandbox, into which the names of withheld ops are inserted. */
const sandboxText = (): string => readFileSync(fileURLToPath(new URL("./sandbox.js", import.meta.url)), "utf8");

const marker = "tapelab:withheld=";
const startSeconds = 20;

/** Flags of Node: no files but the data, no addons, workers, child processes or inspector. */
const flags = (data: string | null, memory: number): string[] => [
  "--permission",
  ...(data === null ? [] : [`--allow-fs-read=${join(data, "*")}`]),
  "--no-addons",
  "--no-experimental-sqlite",
  "--disable-sigusr1",
  "--no-warnings",
  "--experimental-import-meta-resolve",
  `--max-old-space-size=${memory}`,
  "--input-type=module",
  "-",
];

/** A sandbox, from its start to its end. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #channel: Channel;
  readonly #descriptors: readonly number[];
  readonly #watchdog: Watchdog;
  readonly #bytes: number;
  #isOpen = true;

  /** Starts a sandbox. `data`: a folder that it may read; `withheld`: names of ops that its engine refuses. */
  constructor(
    isolation: Isolation,
    watchdog: Watchdog,
    limits: Limits,
    data: string | null,
    withheld: readonly string[],
  ) {
    const folder = mkdtempSync(join(tmpdir(), "tapelab-sandbox-"));
    const [to, from, text] = ["to", "from", "text"].map((name) => join(folder, name)) as [string, string, string];
    execFileSync("mkfifo", [to, from]);
    const names = withheld.filter((name) => /^[\w.]+$/.test(name)).join(",");
    writeFileSync(text, sandboxText().replaceAll(`"${marker}"`, `"${marker}${names}"`));
    // each end is opened while both are held open, so that neither waits; without these, the end of the process ends the pipe
    const held = [openSync(to, "r+"), openSync(from, "r+")];
    const [toSandbox, ofSandbox] = [openSync(to, "w"), openSync(from, "r")];
    const theirs = [openSync(text, "r"), openSync(to, "r"), openSync(from, "w")] as const;
    const [command, ...args] = [...isolation.prefix, ...limited([process.execPath, ...flags(data, limits.memory)])];
    this.#child = spawn(command as string, args, {
      stdio: [theirs[0], "ignore", "ignore", theirs[1], theirs[2]],
      env: { TAPELAB_THREADS: "1", TAPELAB_BLAS: "off", TZ: "UTC", LANG: "C.UTF-8" },
      cwd: data ?? "/",
    });
    this.#child.on("error", () => {});
    for (const fd of [...held, ...theirs]) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
    this.#descriptors = [toSandbox, ofSandbox];
    this.#channel = new Channel(ofSandbox, toSandbox);
    this.#watchdog = watchdog;
    this.#bytes = limits.memory * 2 ** 20;
    this.within(startSeconds, () => this.read());
  }

  read(): Frame {
    return this.#channel.read();
  }

  write(frame: Frame): void {
    this.#channel.write(frame);
  }

  /** Runs an exchange of messages in a time. @throws SandboxEnded if the sandbox ends meanwhile */
  within<T>(seconds: number, exchange: () => T): T {
    if (!this.#isOpen || this.#child.pid === undefined) throw new SandboxEnded(null, "the sandbox has ended");
    this.#watchdog.watch(this.#child.pid, seconds * 1000, this.#bytes);
    try {
      return exchange();
    } catch (error) {
      if (!(error instanceof Disconnected)) throw error;
      const reason = this.#watchdog.release();
      this.close();
      throw new SandboxEnded(reason, messageFor(reason, seconds));
    } finally {
      this.#watchdog.release();
    }
  }

  /** Ends the process. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#child.kill("SIGKILL");
    for (const fd of this.#descriptors) closeSync(fd);
  }
}

function messageFor(reason: Ended, seconds: number): string {
  if (reason === "time") return `it took longer than ${seconds} s`;
  if (reason === "memory") return "it took too much memory";
  return "it ended the process: by process.exit, an await that never settles, or too much memory";
}
