/** The language worker: compiles for the main thread, and completes and explains for the wire worker while a cell computes. */
import { enableCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import type { Compiled, CompiledFile, CompileRequest } from "../shared/compilation.ts";
import type {
  LanguageRequest,
  LanguageToMain,
  LanguageToWire,
  MainToLanguage,
  WireToLanguage,
} from "../shared/messages.ts";
import type { LanguagePorts } from "../shared/ports.ts";

enableCompileCache();
// tslab warns when a program need not be built again
console.warn = () => {};
const { Language } = await import("./language.ts");
const { completeness } = await import("./assist/completeness.ts");
const { isHandled } = await import("./debugging/handlers.ts");
const { linesWithCode } = await import("./debugging/lines.ts");
const { compileFile } = await import("./emit/files.ts");
/** Set to 1 while a debugger is attached; known when the connections are. */
let debuggerAttached = new Int32Array(new SharedArrayBuffer(4));
const isDebugged = (): boolean => Atomics.load(debuggerAttached, 0) === 1;
const language = new Language({ isDebugged });

/** Compiles a cell; an exception of the compiler becomes a diagnostic. */
function compile(request: CompileRequest): Compiled {
  try {
    return language.compile(request);
  } catch (error) {
    const message = `the compiler failed: ${error instanceof Error ? error.message : String(error)}`;
    return {
      diagnostics: [{ line: 1, column: 1, endLine: 1, endColumn: 1, file: null, message }],
      warnings: [],
      output: "",
      isAsync: false,
      lastExpression: null,
      maps: null,
      instrumented: null,
      rewritten: null,
      imports: [],
      names: [],
      values: [],
    };
  }
}

/** Compiles a file; an exception, as for a file that cannot be read, becomes a syntax error in its first line. */
function compileFileSafely(path: string): CompiledFile {
  try {
    return compileFile(path, isDebugged());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      output: "",
      maps: null,
      instrumented: null,
      awaits: false,
      imports: [],
      error: { message, line: 1, column: 1 },
    };
  }
}

/** Time for which the latest answer is reused: JupyterLab asks for completions twice, once for each of its providers. */
const repeatMs = 1000;
const none = { request: "", content: {}, at: Number.NEGATIVE_INFINITY };
let latest = none;

function answer({ request }: WireToLanguage): object {
  const key = JSON.stringify(request);
  const now = performance.now();
  if (key !== latest.request || now - latest.at > repeatMs)
    latest = { request: key, content: answerNew(request), at: now };
  return latest.content;
}

function answerNew(request: LanguageRequest): object {
  try {
    switch (request.kind) {
      case "complete":
        return language.complete(request.code, request.cursor);
      case "inspect":
        return language.inspect(request.code, request.cursor, request.full);
      case "isComplete":
        return completeness(request.code);
      case "expression":
        return language.debugExpression(request.code, request.hidden, request.file);
      case "lines":
        return { lines: linesWithCode(request.code, request.path) };
      case "handled":
        return { isHandled: isHandled(request.code, request.path, request.line, request.column) };
      case "declare":
        language.declare(request.name, request.type);
        return {};
    }
  } catch (error) {
    return { status: "error", ename: "InternalError", evalue: String(error), traceback: [] };
  }
}

parentPort?.once("message", ({ main, wire, files, fileCompiled, debuggerAttached: attached }: LanguagePorts) => {
  debuggerAttached = attached;
  main.on("message", ({ id, ...request }: MainToLanguage) => {
    latest = none;
    main.postMessage({ id, result: compile(request) } satisfies LanguageToMain);
  });
  files.on("message", (path: string) => {
    files.postMessage(compileFileSafely(path));
    Atomics.store(fileCompiled, 0, 1);
    Atomics.notify(fileCompiled, 0);
  });
  wire.on("message", (message: WireToLanguage) =>
    wire.postMessage({ id: message.id, content: answer(message) } satisfies LanguageToWire),
  );
});
