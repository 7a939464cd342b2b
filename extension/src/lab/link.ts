/** Links from a part of the page to an object in the kernel. A link opens a comm to each new kernel, so it survives restarts. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import type { JSONObject } from "@lumino/coreutils";
import { kernelName } from "./kernel.ts";

/** Reason why the object cannot be reached. `unknown`: the kernel does not have it. */
export type Absence = "no kernel" | "starting" | "other kernel" | "unknown";

/** Callbacks of a link. */
export interface LinkListener {
  onMessage(data: JSONObject): void;
  /** Called when the object cannot be reached, or no longer. */
  onAbsent(why: Absence): void;
}

/** A link. */
export interface Link {
  /** Sends a message; nothing is sent while the object cannot be reached. */
  send(data: JSONObject): void;
  close(): void;
}

/** Opens a comm to the target in the kernel, now and whenever the kernel is a new one. */
export type KernelLink = (target: string, opening: JSONObject, listener: LinkListener) => Link;

/** The sentence for a kernel from which no message has come to the page: it is starting, or a cell runs without a break since before the page was loaded. */
export const silenceWords = "The kernel is starting, or is busy with a cell.";

/** States in which a kernel answers. */
const answering = new Set(["idle", "busy"]);

/** States that end all comms. */
const ending = new Set(["restarting", "autorestarting", "dead", "terminating"]);

/** Returns a function that links to the kernel of a session. */
export const linkTo =
  (session: ISessionContext): KernelLink =>
  (target, opening, listener) => {
    let comm: Kernel.IComm | null = null;
    const drop = (): void => {
      const old = comm;
      comm = null;
      if (old !== null && !old.isDisposed) old.close();
    };
    const connect = (): void => {
      const kernel = session.session?.kernel ?? null;
      if (kernel === null || ending.has(kernel.status)) comm = null;
      if (comm !== null && !comm.isDisposed) return;
      if (kernel === null || kernel.status === "dead" || kernel.status === "terminating")
        return listener.onAbsent("no kernel");
      if (kernel.name !== kernelName) return listener.onAbsent("other kernel");
      if (!answering.has(kernel.status)) return listener.onAbsent("starting");
      const opened = kernel.createComm(target);
      comm = opened;
      opened.onMsg = ({ content }) => {
        if (comm === opened) listener.onMessage(content.data);
      };
      opened.onClose = () => {
        if (comm !== opened) return;
        comm = null;
        listener.onAbsent("unknown");
      };
      opened.open(opening);
    };
    const reconnect = (): void => {
      drop();
      connect();
    };
    session.statusChanged.connect(connect);
    session.kernelChanged.connect(reconnect);
    connect();
    return {
      send: (data) => {
        if (comm !== null && !comm.isDisposed) comm.send(data);
      },
      close: () => {
        session.statusChanged.disconnect(connect);
        session.kernelChanged.disconnect(reconnect);
        drop();
      },
    };
  };
