/** Starts JupyterLab servers, each on a folder of its own, for tests and pictures. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { venvTool } from "./paths.ts";

/** A running server. */
export interface Lab {
  readonly url: string;
  readonly token: string;
  /** The folder that the server shows. */
  readonly folder: string;
  /** Sets the theme of pages that are opened afterwards. */
  setTheme(theme: "light" | "dark"): void;
  /** Sets a plugin's settings for pages that are opened afterwards. */
  setSetting(plugin: string, value: object): void;
  /** Returns the ids of the running kernels. */
  kernels(): Promise<string[]>;
  stopKernels(): Promise<void>;
  /** Returns the text of a file of the folder. */
  read(path: string): string;
  /** Returns the server's log so far. */
  log(): string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A JupyterLab of another environment than that of the kernel: the program, and its variables beside those of this process. */
export interface LabProgram {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Writes what a server needs into the folder that it shows and that of its settings, before it starts. */
export type PrepareLab = (folder: string, home: string) => LabProgram;

/** Starts JupyterLab on copies of the given files. */
export async function startLab(
  files: readonly { readonly from: string; readonly to: string }[],
  prepare: PrepareLab = () => ({ program: venvTool("jupyter-lab"), env: {} }),
): Promise<Lab> {
  const home = mkdtempSync(join(tmpdir(), "tapelab-lab-"));
  const folder = join(home, "work");
  const settings = join(home, "settings");
  mkdirSync(folder);
  const setting = (plugin: string, value: object): void => {
    const file = join(settings, `${plugin}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(value));
  };
  const setTheme = (theme: "light" | "dark"): void =>
    setting("@jupyterlab/apputils-extension/themes", {
      theme: theme === "dark" ? "JupyterLab Dark" : "JupyterLab Light",
      "adaptive-theme": false,
    });
  setting("@jupyterlab/apputils-extension/notification", {
    fetchNews: "false",
    checkForUpdates: false,
    doNotDisturbMode: true,
  });
  setTheme("light");
  for (const { from, to } of files) cpSync(from, join(folder, to), { recursive: true });
  const { program, env } = prepare(folder, home);
  const port = await freePort();
  const token = "tapelab-test";
  const server = spawn(
    program,
    [
      "--no-browser",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      "--allow-root",
      `--ServerApp.root_dir=${folder}`,
      `--IdentityProvider.token=${token}`,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...env,
        JUPYTER_CONFIG_DIR: join(home, "config"),
        JUPYTER_DATA_DIR: join(home, "data"),
        JUPYTER_RUNTIME_DIR: join(home, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: settings,
        JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
        JUPYTER_PREFER_ENV_PATH: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const url = `http://127.0.0.1:${port}`;
  let log = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  await untilReady(server, `${url}/api/status?token=${token}`, () => log);
  const api = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${url}/api/${path}`, { ...init, headers: { Authorization: `token ${token}` } });
  const kernels = async (): Promise<string[]> =>
    ((await (await api("kernels")).json()) as { id: string }[]).map((k) => k.id);
  return {
    url,
    token,
    folder,
    setTheme,
    setSetting: setting,
    kernels,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    log: () => log,
    stopKernels: async () => {
      for (const id of await kernels()) await api(`kernels/${id}`, { method: "DELETE" });
    },
    stop: async () => {
      server.kill();
      await new Promise((resolve) => server.once("exit", resolve));
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function untilReady(server: ChildProcess, url: string, log: () => string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (server.exitCode !== null) break;
    const ok = await fetch(url).then(
      (r) => r.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`JupyterLab did not start:\n${log()}`);
}
