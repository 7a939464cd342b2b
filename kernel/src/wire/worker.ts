/** The wire worker: owns the sockets, so that outputs are sent and requests are answered while a cell computes. */
import { Session } from "node:inspector";
import { enableCompileCache } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Header } from "../shared/jupyter.ts";
import type { MainToWire, WireToMain } from "../shared/messages.ts";
import type { WirePorts, WireSetup } from "../shared/ports.ts";
import { History, historyFile } from "./answers/history.ts";
import { kernelInfo } from "./answers/kernel-info.ts";
import { LanguageClient } from "./answers/language-client.ts";
import { OpenComms } from "./answers/open-comms.ts";
import { TapeStops } from "./breakpoints/tape-stops.ts";
import { DebugAdapter } from "./debugging/adapter.ts";
import { Inspection } from "./debugging/inspection.ts";
import { DebugSession } from "./debugging/session.ts";
import { Sources } from "./debugging/sources.ts";
import { OutputQueue } from "./outputs/queue.ts";
import { Tails } from "./outputs/tails.ts";
import { type Extra, type Incoming, Signer } from "./protocol/message.ts";
import { commMessageOf, executeRequestOf, numberOf, textOf } from "./protocol/requests.ts";
import { bind, Outbox, readConnection, receiveAll } from "./protocol/sockets.ts";
import { HeapWatch } from "./supervision/heap-watch.ts";
import { Interrupts } from "./supervision/interrupts.ts";
import { endWithParent } from "./supervision/parent-watch.ts";

enableCompileCache();
const { connectionFile, cellPathPrefix, interruptSeen, interruptPatience, inputReady, childPids, heapLimit, ...setup } =
  workerData as WireSetup;
const main = parentPort as MessagePort;
const connection = readConnection(connectionFile);
const signer = new Signer(connection.key);
const { close, ...sockets } = await bind(connection);
const outboxes = {
  shell: new Outbox(sockets.shell),
  control: new Outbox(sockets.control),
  stdin: new Outbox(sockets.stdin),
};
const iopub = new Outbox(sockets.iopub);
type Channel = keyof typeof outboxes;

const inspector = new Session();
inspector.connectToMainThread();
let start = (): void => {};
const started = new Promise<void>((resolve) => {
  start = resolve;
});
const debug = new DebugSession(inspector, started);

const outputs = new OutputQueue(publish);
const tails = new Tails();
const comms = new OpenComms();
const history = new History(historyFile());
const language = new LanguageClient();
const interrupts = new Interrupts(inspector, debug, { interruptSeen, interruptPatience }, childPids, toMain);
const sources = new Sources(debug, cellPathPrefix);
// before the debug adapter, which claims every pause that is left
const tape = new TapeStops(debug, new Inspection(debug, language), started, setup.stopAnswer, (comm_id, data) =>
  publish("comm_msg", { comm_id, data }, null),
);
let events = 0;
const debugger_ = new DebugAdapter(debug, language, sources, setup.debuggerAttached, (event, body) =>
  publish("debug_event", { type: "event", seq: ++events, event, body }, null),
);
/** Routing ids of the clients that wait for the reply to an execute request, by the id of the request. */
const executing = new Map<string, readonly Buffer[]>();
let input: MessagePort | null = null;
/** The stream of the texts that the main thread sends. */
let stream: Extract<MainToWire, { readonly kind: "stream" }> | null = null;

endWithParent();
new HeapWatch(
  inspector,
  heapLimit,
  () => executing.size > 0,
  (reason) => interrupts.send(reason),
).start();

function toMain(message: WireToMain): void {
  main.postMessage(message);
}

/** Interrupts the running cell, for the user. */
function interrupt(): void {
  tape.interrupted();
  interrupts.send();
}

/** Runs `body`; a message that cannot be sent is reported in the log and does not end the kernel. */
function guarded(body: () => void): void {
  try {
    body();
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
  }
}

/** Publishes a message on iopub and returns its size. */
function publish(type: string, content: object, parent: Header | null, extra?: Extra): number {
  let size = 0;
  guarded(() => {
    const frames = signer.pack([`kernel.${type}`], type, content, parent, extra);
    iopub.send(frames);
    size = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
  });
  return size;
}

function publishStatus(state: "busy" | "idle" | "starting", parent: Header | null): void {
  publish("status", { execution_state: state }, parent);
}

// --- messages of the main thread

function receive(m: Exclude<MainToWire, string>): void {
  switch (m.kind) {
    case "ready":
      start();
      break;
    case "started":
      void debug.allowPauses();
      outputs.send("status", { execution_state: "busy" }, m.parent);
      if (!m.silent) outputs.send("execute_input", { code: m.code, execution_count: m.count }, m.parent);
      if (m.storeHistory) history.begin(m.parent, m.count, m.code);
      break;
    case "stream":
      stream = m;
      break;
    case "tail":
      tails.begin(m.path, (text) => outputs.write(m.parent, m.name, text));
      break;
    case "tailEnd":
      tails.end(m.path);
      break;
    case "publish": {
      history.recordOutput(m.parent, m.type, m.content);
      const updates = m.type === "update_display_data" ? displayId(m.content) : null;
      outputs.send(m.type, m.content, m.parent, {}, updates);
      break;
    }
    case "comm": {
      const { type, content, metadata, buffers } = m.message;
      comms.record(m.message);
      outputs.send(type, content, m.parent, { metadata, buffers });
      break;
    }
    case "input": {
      const client = executing.get(m.parent.msg_id) ?? [];
      const content = { prompt: m.prompt, password: m.password };
      outputs.after(() => outboxes.stdin.send(signer.pack(client, "input_request", content, m.parent)));
      break;
    }
    case "done":
      tape.cellEnded();
      finishExecution(m.parent, m.content);
      break;
    case "breakpoints":
    case "stop":
    case "ranOn":
      tape.note(m);
      break;
    case "compiled":
      void debugger_.compiled(m.file).finally(() => {
        Atomics.store(setup.breakpointsSet, 0, 1);
        Atomics.notify(setup.breakpointsSet, 0);
      });
      break;
  }
}

const displayId = (content: object): string | null =>
  "transient" in content ? (content.transient as { readonly display_id: string }).display_id : null;

/** Replies to an execute request, when the outputs of the cell have been sent. */
function finishExecution(parent: Header, content: object): void {
  history.end(parent);
  if ("ename" in content && content.ename === "KeyboardInterrupt") outputs.discard(parent);
  outputs.after(() => {
    const client = executing.get(parent.msg_id);
    executing.delete(parent.msg_id);
    guarded(() => {
      if (client) outboxes.shell.send(signer.pack(client, "execute_reply", content, parent));
    });
    publishStatus("idle", parent);
    outputs.resetLimits();
  });
}

main.on("message", (m: MainToWire | WirePorts) => {
  if (typeof m === "string") {
    if (stream !== null) outputs.write(stream.parent, stream.name, m);
  } else if ("language" in m) {
    input = m.input;
    m.signals.on("message", interrupt);
    language.connect(m.language);
  } else guarded(() => receive(m));
});

// --- messages of the front end

function execute(message: Incoming): void {
  executing.set(message.header.msg_id, message.identities);
  toMain({ kind: "execute", request: executeRequestOf(message) });
}

/** Passes a comm message to the main thread, which runs its handlers when it is free, or to the breakpoints, which may have stopped it. */
function passComm(incoming: Incoming): void {
  const message = commMessageOf(incoming);
  const target = comms.targetOf(message);
  comms.record(message);
  if (!tape.receive(message, target)) toMain({ kind: "comm", parent: incoming.header, message });
}

/** Passes the answer to an input request to the main thread, which blocks until it arrives. */
function passInput(value: unknown): void {
  input?.postMessage(textOf(value));
  Atomics.store(inputReady, 0, 1);
  Atomics.notify(inputReady, 0);
}

/** Returns the reply to a request; `null` for a message that has none. */
async function answer(message: Incoming): Promise<readonly [type: string, content: object] | null> {
  const { header, content } = message;
  const code = textOf(content["code"]);
  const cursor = numberOf(content["cursor_pos"]);
  switch (header.msg_type) {
    case "kernel_info_request":
      return ["kernel_info_reply", kernelInfo];
    case "connect_request":
      return ["connect_reply", { status: "ok", ...connection, key: undefined }];
    case "complete_request":
      return ["complete_reply", await language.ask({ kind: "complete", code, cursor })];
    case "inspect_request": {
      const full = content["detail_level"] === 1;
      return ["inspect_reply", await language.ask({ kind: "inspect", code, cursor, full })];
    }
    case "is_complete_request":
      return ["is_complete_reply", await language.ask({ kind: "isComplete", code })];
    case "history_request":
      return ["history_reply", { status: "ok", history: history.answer(content) }];
    case "comm_info_request":
      return ["comm_info_reply", { status: "ok", comms: comms.info(content["target_name"]) }];
    case "comm_open":
    case "comm_msg":
    case "comm_close":
      passComm(message);
      return null;
    case "interrupt_request":
      interrupt();
      return ["interrupt_reply", { status: "ok" }];
    case "debug_request":
      return ["debug_reply", await debugger_.answer(content)];
    case "shutdown_request":
      return ["shutdown_reply", { status: "ok", restart: content["restart"] === true }];
    default:
      return null;
  }
}

async function handle(channel: Channel, message: Incoming): Promise<void> {
  const { header } = message;
  if (header.msg_type === "execute_request") return execute(message);
  if (header.msg_type === "input_reply") return passInput(message.content["value"]);
  publishStatus("busy", header);
  try {
    const reply = await answer(message);
    if (reply !== null) outboxes[channel].send(signer.pack(message.identities, reply[0], reply[1], header));
    if (header.msg_type === "shutdown_request" && reply !== null) publish(reply[0], reply[1], header);
  } finally {
    publishStatus("idle", header);
  }
  if (header.msg_type === "shutdown_request") await shutdown(message.content["restart"] === true);
}

async function shutdown(isRestart: boolean): Promise<void> {
  debugger_.end();
  outputs.flush();
  await Promise.all([outboxes.control.drained(), outboxes.shell.drained(), iopub.drained()]);
  inspector.disconnect();
  if (!isRestart) sources.removeFiles();
  close();
  toMain({ kind: "exit" });
  // a main thread that computes does not read its messages
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);
}

function serve(channel: Channel): void {
  void receiveAll(sockets[channel], (frames) => {
    const message = signer.unpack(frames);
    if (message === null) return;
    handle(channel, message).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  });
}

publishStatus("starting", null);
serve("shell");
serve("control");
serve("stdin");
