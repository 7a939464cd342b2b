/** The language worker: compiles for the main thread, completes and explains for the wire, also while a cell computes. */
import { enableCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import type {
  Compiled,
  CompiledFile,
  CompileRequest,
  LanguagePorts,
  LanguageToMain,
  LanguageToWire,
  MainToLanguage,
  Question,
  WireToLanguage,
} from "../shared/messages.ts";

enableCompileCache();
// tslab warns where a program need not be built again
console.warn = () => {};
const { Language } = await import("./language.ts");
const { completeness } = await import("./assist/completeness.ts");
const { compileFile } = await import("./emit/files.ts");
const language = new Language();

/** What the compiler chokes on is reported like an error of the cell. */
function compile(request: CompileRequest): Compiled {
  try {
    return language.compile(request);
  } catch (error) {
    const message = `the compiler failed: ${error instanceof Error ? error.message : String(error)}`;
    const where = { line: 1, column: 1, endLine: 1, endColumn: 1, file: null };
    return {
      diagnostics: [{ ...where, message }],
      warnings: [],
      output: "",
      isAsync: false,
      lastExpression: null,
      maps: null,
      between: null,
      rewritten: null,
      imports: [],
      names: [],
      values: [],
    };
  }
}

/** A file that cannot be read, or that the compiler chokes on, is reported like a syntax error in its first line. */
function compiledFile(path: string): CompiledFile {
  try {
    return compileFile(path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      output: "",
      maps: null,
      between: null,
      awaits: false,
      imports: [],
      error: { message, line: 1, column: 1 },
    };
  }
}

/** JupyterLab asks for completions twice at a time, once for each of its providers. */
const repeatMs = 1000;
const none = { question: "", content: {}, at: Number.NEGATIVE_INFINITY };
let last = none;

function answer({ question }: WireToLanguage): object {
  const asked = JSON.stringify(question);
  const now = performance.now();
  if (asked !== last.question || now - last.at > repeatMs)
    last = { question: asked, content: workOut(question), at: now };
  return last.content;
}

function workOut(question: Question): object {
  try {
    switch (question.kind) {
      case "complete":
        return language.complete(question.code, question.cursor);
      case "inspect":
        return language.inspect(question.code, question.cursor, question.full);
      case "isComplete":
        return completeness(question.code);
    }
  } catch (error) {
    return { status: "error", ename: "InternalError", evalue: String(error), traceback: [] };
  }
}

parentPort?.once("message", ({ main, wire, files, compiled }: LanguagePorts) => {
  main.on("message", ({ id, ...request }: MainToLanguage) => {
    last = none;
    main.postMessage({ id, result: compile(request) } satisfies LanguageToMain);
  });
  files.on("message", (path: string) => {
    files.postMessage(compiledFile(path));
    Atomics.store(compiled, 0, 1);
    Atomics.notify(compiled, 0);
  });
  wire.on("message", (message: WireToLanguage) =>
    wire.postMessage({ id: message.id, content: answer(message) } satisfies LanguageToWire),
  );
});
