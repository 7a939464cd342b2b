/** A kernel process for tests, and its messages over ZeroMQ. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { inRoot } from "./paths.ts";

interface Message {
  readonly type: string;
  readonly parent: string;
  readonly content: Record<string, unknown>;
}

/** The outcome of a cell. */
export interface Run {
  readonly status: string;
  readonly result: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The texts of what the cell displays besides its result. */
  readonly displayed: string;
  readonly error: { readonly ename: string; readonly evalue: string } | null;
}

const key = "of the tests";

/** Listens on a port below those that a system gives to connections, one of which could take it before the kernel does. */
async function listen(): Promise<Server> {
  const server = createServer();
  const isFree = await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(randomInt(20_000, 30_000), "127.0.0.1", () => resolve(true));
  });
  return isFree ? server : listen();
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((s) => (s.address() as { port: number }).port);
  await Promise.all(servers.map((s) => new Promise((resolve) => s.close(resolve))));
  return ports;
}

function pack(type: string, content: object): [id: string, frames: (string | Buffer)[]] {
  const id = randomUUID();
  const header = {
    msg_id: id,
    msg_type: type,
    session: "test",
    username: "",
    date: new Date().toISOString(),
    version: "5.4",
  };
  const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
  const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
  return [id, ["<IDS|MSG>", signature, ...parts]];
}

function unpack(frames: readonly Buffer[]): Message {
  const at = frames.findIndex((f) => f.toString() === "<IDS|MSG>");
  const [header, parent, , content] = frames.slice(at + 2).map((f) => JSON.parse(f.toString()));
  return { type: header.msg_type, parent: parent.msg_id ?? "", content };
}

/** A running kernel with a shell and an iopub socket. */
export class TestKernel {
  readonly process: ChildProcess;
  readonly folder: string;
  readonly #shell = new Dealer();
  readonly #iopub = new Subscriber();

  private constructor(process: ChildProcess, folder: string) {
    this.process = process;
    this.folder = folder;
  }

  /** Starts a kernel: by default the one of this repository, else the given `main.js`. */
  static async start(main: string = inRoot("kernel", "dist", "main.js")): Promise<TestKernel> {
    const folder = mkdtempSync(join(tmpdir(), "tapelab-kernel-"));
    const [shell, iopub, stdin, control, heartbeat] = await freePorts(5);
    const connection = {
      ip: "127.0.0.1",
      transport: "tcp",
      signature_scheme: "hmac-sha256",
      key,
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: heartbeat,
    };
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    const child = spawn(process.execPath, ["--no-force-async-hooks-checks", main, file], {
      cwd: folder,
      env: { ...process.env, JUPYTER_DATA_DIR: folder },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const kernel = new TestKernel(child, folder);
    kernel.#iopub.connect(`tcp://127.0.0.1:${iopub}`);
    kernel.#iopub.subscribe();
    kernel.#shell.connect(`tcp://127.0.0.1:${shell}`);
    await kernel.#untilConnected();
    return kernel;
  }

  /** Sends requests until the kernel's messages on iopub are received, of which a socket gets none before its subscription has reached the kernel. */
  async #untilConnected(): Promise<void> {
    this.#iopub.receiveTimeout = 200;
    for (;;) {
      await this.request("kernel_info_request", {});
      const message = await this.#iopub.receive().catch(() => null);
      if (message !== null) break;
    }
    this.#iopub.receiveTimeout = -1;
  }

  /** Sends a request on the shell channel, and returns the content of the reply. */
  async request(type: string, content: object): Promise<Record<string, unknown>> {
    const [id, frames] = pack(type, content);
    await this.#shell.send(frames);
    for (;;) {
      const message = unpack(await this.#shell.receive());
      if (message.parent === id) return message.content;
    }
  }

  /** Executes a cell, and returns its outcome. */
  async run(code: string): Promise<Run> {
    const [id, frames] = pack("execute_request", { code, silent: false, store_history: false, allow_stdin: false });
    await this.#shell.send(frames);
    const seen: Message[] = [];
    for (;;) {
      const message = unpack(await this.#iopub.receive());
      if (message.parent !== id) continue;
      seen.push(message);
      if (message.type === "status" && message.content["execution_state"] === "idle") break;
    }
    let reply = unpack(await this.#shell.receive());
    while (reply.parent !== id) reply = unpack(await this.#shell.receive());
    const text = (name: string): string =>
      seen
        .filter((m) => m.type === "stream" && m.content["name"] === name)
        .map((m) => m.content["text"])
        .join("");
    const data = seen.find((m) => m.type === "execute_result")?.content["data"] as Record<string, string> | undefined;
    const error = seen.find((m) => m.type === "error")?.content as Run["error"] | undefined;
    return {
      status: String(reply.content["status"]),
      result: data?.["text/plain"] ?? null,
      stdout: text("stdout"),
      stderr: text("stderr"),
      displayed: seen
        .filter((m) => m.type === "display_data")
        .map((m) => (m.content["data"] as Record<string, string>)["text/plain"])
        .join("\n"),
      error: error ?? null,
    };
  }

  /** Returns the text of an inspect request for a name, as a tooltip shows it. */
  async explain(name: string): Promise<string> {
    const { data } = await this.request("inspect_request", { code: name, cursor_pos: name.length, detail_level: 0 });
    return (data as Record<string, string> | undefined)?.["text/plain"] ?? "";
  }

  /** Kills the process and removes its folder. */
  async stop(): Promise<void> {
    this.#shell.close();
    this.#iopub.close();
    this.process.kill("SIGKILL");
    await new Promise((resolve) => this.process.once("exit", resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
