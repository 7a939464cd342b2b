/** Starts JupyterLab servers, each on a folder of its own, for tests and pictures. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  /** Starts the kernel of a notebook, which a page that opens the notebook then uses. */
  startKernel(path: string): Promise<void>;
  stopKernels(): Promise<void>;
  /** Returns the text of a file of the folder. */
  read(path: string): string;
  /** Returns the server's log so far. */
  log(): string;
  /** Whether the server runs. */
  isRunning(): boolean;
  /** Gives the server its first settings again, and no workspaces. */
  resetSettings(): void;
  /** Replaces the contents of the folder by copies of files. */
  resetFolder(files: readonly FileCopy[]): void;
  stop(): Promise<void>;
}

/** A file or a folder that is copied into the folder of a server. */
export interface FileCopy {
  readonly from: string;
  readonly to: string;
}

/** The name of the file with the process of a server, in the parent folder of its notebooks. */
export const processFile = "server.pid";

/** A JupyterLab of another environment than that of the kernel: the program, and its variables beside those of this process. */
export interface LabProgram {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Writes what a server needs into the folder that it shows and that of its settings, before it starts. */
export type PrepareLab = (folder: string, home: string) => LabProgram;

/** Starts JupyterLab on copies of the given files. */
export async function startLab(
  files: readonly FileCopy[],
  prepare: PrepareLab = () => ({ program: venvTool("jupyter-lab"), env: {} }),
  parent: string = tmpdir(),
): Promise<Lab> {
  const home = mkdtempSync(join(parent, "tapelab-lab-"));
  const folder = join(home, "work");
  const settings = join(home, "settings");
  const workspaces = join(home, "workspaces");
  const runtime = join(home, "runtime");
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
  const resetSettings = (): void => {
    for (const path of [settings, workspaces]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    setting("@jupyterlab/apputils-extension/notification", {
      fetchNews: "false",
      checkForUpdates: false,
      doNotDisturbMode: true,
    });
    // by default JupyterLab drops completions that take longer than a second, as on a busy machine
    setting("@jupyterlab/completer-extension/manager", { providerTimeout: 60_000 });
    setTheme("light");
  };
  const resetFolder = (copies: readonly FileCopy[]): void => {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    for (const { from, to } of copies) cpSync(from, join(folder, to), { recursive: true });
  };
  resetSettings();
  resetFolder(files);
  const { program, env } = prepare(folder, home);
  const token = "tapelab-test";
  const server = spawn(
    program,
    [
      "--no-browser",
      // a port that is in use is passed over; the one that it takes is in the file of the running server
      `--port=${randomInt(20_000, 30_000)}`,
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
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTERLAB_SETTINGS_DIR: settings,
        JUPYTERLAB_WORKSPACES_DIR: workspaces,
        JUPYTER_PREFER_ENV_PATH: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  writeFileSync(join(home, processFile), String(server.pid));
  let log = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  const url = await untilReady(server, runtime, token, () => log);
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
    isRunning: () => server.exitCode === null && server.signalCode === null,
    resetSettings,
    resetFolder,
    startKernel: async (path) => {
      const body = JSON.stringify({ path, name: path, type: "notebook", kernel: { name: "tapelab" } });
      const response = await api("sessions", { method: "POST", body });
      if (!response.ok) throw new Error(`the kernel of ${path} did not start: ${await response.text()}`);
    },
    stopKernels: async () => {
      await Promise.all((await kernels()).map((id) => api(`kernels/${id}`, { method: "DELETE" })));
    },
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((resolve) => server.once("exit", resolve));
        server.kill();
        // a thread of the server, such as that of the check of its build, can keep it from ending
        const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
        await ended;
        clearTimeout(timer);
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Returns the address of a running server from the file that Jupyter writes for it; `null` before. */
function addressOf(runtime: string): string | null {
  try {
    const name = readdirSync(runtime).find((file) => /^jpserver-\d+\.json$/.test(file));
    if (name === undefined) return null;
    const { port } = JSON.parse(readFileSync(join(runtime, name), "utf8")) as { port: number };
    return `http://127.0.0.1:${port}`;
  } catch {
    // the folder is not there, or the file is being written
    return null;
  }
}

/** Waits until a server answers, and returns its address. */
async function untilReady(server: ChildProcess, runtime: string, token: string, log: () => string): Promise<string> {
  for (let i = 0; i < 1200; i++) {
    if (server.exitCode !== null) break;
    const url = addressOf(runtime);
    const isReady = url !== null && (await fetch(`${url}/api/status?token=${token}`).catch(() => null))?.ok === true;
    if (isReady) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill();
  throw new Error(`JupyterLab did not start:\n${log()}`);
}
