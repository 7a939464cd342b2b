/** The kernel's process. Its main thread runs cells. Usage: node --no-force-async-hooks-checks main.js CONNECTION_FILE */
import { enableCompileCache } from "node:module";
import { startThreads } from "./main/threads.ts";

enableCompileCache();
const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("usage: node main.js CONNECTION_FILE\n");
  process.exit(2);
}

// the engine loads while the other threads start
const threads = startThreads(connectionFile);
const { startRuntime } = await import("./main/start.ts");
threads.deliverTo(await startRuntime(threads));
// last, because a kernel that starts is not interrupted
threads.watchForSignals();
