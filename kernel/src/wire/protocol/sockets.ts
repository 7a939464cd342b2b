/** The five sockets of a kernel. Sends on one socket are queued: zeromq refuses a second before the first has gone. */
import { readFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";

/** The connection file that Jupyter writes. */
export interface Connection {
  readonly ip: string;
  readonly transport: string;
  readonly key: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
}

type Frames = readonly (Buffer | string)[];
type SendSocket = { send(frames: (Buffer | string)[]): Promise<void> };

/** Sends in order. */
export class Outbox {
  readonly #socket: SendSocket;
  #last: Promise<void> = Promise.resolve();
  constructor(socket: SendSocket) {
    this.#socket = socket;
  }
  send(frames: Frames): void {
    this.#last = this.#last.then(() => this.#socket.send([...frames])).catch(() => {});
  }
  /** Settles when everything so far has gone out. */
  drained(): Promise<void> {
    return this.#last;
  }
}

export const readConnection = (file: string): Connection => JSON.parse(readFileSync(file, "utf8")) as Connection;

/** Binds all sockets. */
export async function bind(connection: Connection): Promise<{
  readonly shell: Router;
  readonly control: Router;
  readonly stdin: Router;
  readonly iopub: Publisher;
  readonly close: () => void;
}> {
  const { ip, transport } = connection;
  const address = (port: number): string =>
    transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
  const shell = new Router();
  const control = new Router();
  const stdin = new Router();
  const iopub = new Publisher({ sendHighWaterMark: 0 });
  const heartbeat = new Reply();
  await Promise.all([
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    iopub.bind(address(connection.iopub_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  void receiveAll(heartbeat, (frames) => heartbeat.send(frames));
  const close = (): void => {
    for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
  };
  return { shell, control, stdin, iopub, close };
}

/** Hands each message to `take` until the socket is closed. Messages that the socket itself drops, as malformed, make `receive` fail. */
export async function receiveAll(socket: Router | Reply, take: (frames: Buffer[]) => unknown): Promise<void> {
  while (!socket.closed)
    try {
      await take(await socket.receive());
    } catch (error) {
      if (!socket.closed) process.stderr.write(`${String(error)}\n`);
    }
}
