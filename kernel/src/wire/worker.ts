/** The wire worker: owns the sockets, so that output streams and requests are answered while a cell computes. */

import { Session } from "node:inspector";
import { enableCompileCache } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type {
  CommMessage,
  Header,
  LanguageToWire,
  MainToWire,
  Question,
  WirePorts,
  WireSetup,
  WireToLanguage,
  WireToMain,
} from "../shared/messages.ts";
import { Comms } from "./answers/comms.ts";
import { History, historyFile } from "./answers/history.ts";
import { kernelInfo, refuseDebugging } from "./answers/info.ts";
import { Outputs } from "./outputs/queue.ts";
import { Tails } from "./outputs/tails.ts";
import { type Extra, type Incoming, isObject, Signer } from "./protocol/message.ts";
import { bind, Outbox, readConnection, receiveAll } from "./protocol/sockets.ts";
import { HeapWatch } from "./supervision/heap.ts";
import { Interrupts } from "./supervision/interrupts.ts";
import { endWithParent } from "./supervision/parent.ts";

enableCompileCache();
const { connectionFile, seen, typed, children, heapLimit } = workerData as WireSetup;
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

const toMain = (message: WireToMain): void => main.postMessage(message);
/** Sends a message, and returns its size. */
function publish(type: string, content: object, parent: Header | null, extra?: Extra): number {
  let size = 0;
  guarded(() => {
    const frames = signer.pack([`kernel.${type}`], type, content, parent, extra);
    iopub.send(frames);
    size = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
  });
  return size;
}
const outputs = new Outputs(publish);
const tails = new Tails();
const comms = new Comms();
const history = new History(historyFile());
function status(state: "busy" | "idle" | "starting", parent: Header | null): void {
  publish("status", { execution_state: state }, parent);
}

const interrupts = new Interrupts(inspector, seen, children, toMain);
endWithParent();

/** Cells on their way, by message id: who gets the reply. */
const executing = new Map<string, readonly Buffer[]>();
new HeapWatch(
  inspector,
  heapLimit,
  () => executing.size > 0,
  (reason) => interrupts.send(reason),
).start();

// --- language worker

let language: MessagePort | null = null;
const early: WireToLanguage[] = [];
const asked = new Map<number, (content: object) => void>();
let questions = 0;

function ask(question: Question): Promise<object> {
  const message = { id: ++questions, question };
  if (language === null) early.push(message);
  else language.postMessage(message);
  return new Promise((resolve) => asked.set(message.id, resolve));
}

let input: MessagePort | null = null;

main.on("message", (m: MainToWire | WirePorts) => {
  if (typeof m === "string" || !("language" in m)) return;
  const port = m.language;
  language = port;
  input = m.input;
  m.signals.on("message", () => interrupts.send());
  port.on("message", ({ id, content }: LanguageToWire) => {
    asked.get(id)?.(content);
    asked.delete(id);
  });
  for (const message of early.splice(0)) port.postMessage(message);
});

// --- main thread

/** Where the text goes that the main thread sends. */
let stream: Extract<MainToWire, { readonly kind: "stream" }> | null = null;

function receive(m: Exclude<MainToWire, string>): void {
  switch (m.kind) {
    case "started":
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
      history.noteOutput(m.parent, m.type, m.content);
      const updates = m.type === "update_display_data" ? displayId(m.content) : null;
      outputs.send(m.type, m.content, m.parent, {}, updates);
      break;
    }
    case "comm": {
      const { type, content, metadata, buffers } = m.message;
      comms.note(m.message);
      outputs.send(type, content, m.parent, { metadata, buffers });
      break;
    }
    case "input": {
      const asker = executing.get(m.parent.msg_id) ?? [];
      const content = { prompt: m.prompt, password: m.password };
      outputs.after(() => outboxes.stdin.send(signer.pack(asker, "input_request", content, m.parent)));
      break;
    }
    case "done":
      history.end(m.parent);
      if ("ename" in m.content && m.content.ename === "KeyboardInterrupt") outputs.discard(m.parent);
      outputs.after(() => {
        const identities = executing.get(m.parent.msg_id);
        executing.delete(m.parent.msg_id);
        guarded(() => {
          if (identities) outboxes.shell.send(signer.pack(identities, "execute_reply", m.content, m.parent));
        });
        status("idle", m.parent);
        outputs.reset();
      });
      break;
    case "ready":
      break;
  }
}

main.on("message", (m: MainToWire | WirePorts) => {
  if (typeof m === "string") {
    if (stream !== null) outputs.write(stream.parent, stream.name, m);
  } else if (!("language" in m)) guarded(() => receive(m));
});

const displayId = (content: object): string | null =>
  "transient" in content ? (content.transient as { readonly display_id: string }).display_id : null;

/** A message that cannot be sent costs itself and not the kernel. */
function guarded(body: () => void): void {
  try {
    body();
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
  }
}

async function shutdown(): Promise<void> {
  outputs.flush();
  await Promise.all([outboxes.control.drained(), outboxes.shell.drained(), iopub.drained()]);
  inspector.disconnect();
  close();
  toMain({ kind: "exit" });
  // a main thread that computes does not read its messages
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const numberOf = (value: unknown): number => (typeof value === "number" && value >= 0 ? value : 0);
const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, textOf(text)])) : {};

function execute({ header, content, metadata, identities }: Incoming): void {
  executing.set(header.msg_id, identities);
  const silent = content["silent"] === true;
  toMain({
    kind: "execute",
    request: {
      parent: header,
      code: textOf(content["code"]),
      silent,
      storeHistory: !silent && content["store_history"] !== false,
      stopOnError: content["stop_on_error"] !== false,
      allowStdin: content["allow_stdin"] === true,
      userExpressions: textsOf(content["user_expressions"]),
      cellId: typeof metadata["cellId"] === "string" ? metadata["cellId"] : null,
    },
  });
}

/** Comm messages go to the main thread, which runs their handlers when it is free. */
function passComm({ header, content, metadata, buffers }: Incoming): void {
  const message: CommMessage = {
    type: header.msg_type as CommMessage["type"],
    content: {
      comm_id: textOf(content["comm_id"]),
      target_name: textOf(content["target_name"]),
      data: isObject(content["data"]) ? content["data"] : {},
    },
    metadata,
    // copies, as the frames belong to the socket
    buffers: buffers.map((b) => Uint8Array.from(b)),
  };
  toMain({ kind: "comm", parent: header, message });
  comms.note(message);
}

/** What was typed reaches a main thread that waits. */
function passInput(value: unknown): void {
  input?.postMessage(textOf(value));
  Atomics.store(typed, 0, 1);
  Atomics.notify(typed, 0);
}

/** The reply to a request that needs no cell to run; `null` for one that has none. */
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
      return ["complete_reply", await ask({ kind: "complete", code, cursor })];
    case "inspect_request":
      return ["inspect_reply", await ask({ kind: "inspect", code, cursor, full: content["detail_level"] === 1 })];
    case "is_complete_request":
      return ["is_complete_reply", await ask({ kind: "isComplete", code })];
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
      interrupts.send();
      return ["interrupt_reply", { status: "ok" }];
    case "debug_request":
      return ["debug_reply", refuseDebugging(content)];
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
  status("busy", header);
  try {
    const reply = await answer(message);
    if (reply !== null) outboxes[channel].send(signer.pack(message.identities, reply[0], reply[1], header));
    if (header.msg_type === "shutdown_request" && reply !== null) publish(reply[0], reply[1], header);
  } finally {
    status("idle", header);
  }
  if (header.msg_type === "shutdown_request") await shutdown();
}

function serve(channel: Channel): void {
  void receiveAll(sockets[channel], (frames) => {
    const message = signer.unpack(frames);
    if (message === null) return;
    handle(channel, message).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  });
}

status("starting", null);
serve("shell");
serve("control");
serve("stdin");
