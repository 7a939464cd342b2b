/** Patches of the compiler's functions that tslab calls. Importing this file applies them. */
import type { Position } from "../../shared/positions.ts";
import { cellFile, compilation, firstLine, isCell } from "./compilation.ts";
import type { Finding } from "./finding.ts";
import type { CompilerHost } from "./host-api.ts";
import { readAsTsx } from "./jsx.ts";
import { dynamicSyntax, recordImports } from "./module-syntax.ts";
import { firstOptions, fixedFolders, secondTarget, unreported } from "./options.ts";
import type { ProgramDiagnostic } from "./program-api.ts";
import { buildPlainPrograms } from "./programs.ts";
import { compiler, ts } from "./typescript.ts";
import { adaptHost } from "./watch-host.ts";

/** Records the error if the building of a program throws: tslab's timer would accept no further change. */
function catchBuildErrors(host: CompilerHost): void {
  const { setTimeout } = host;
  host.setTimeout = (build, ...rest) =>
    setTimeout?.call(
      host,
      (...args) => {
        try {
          build(...args);
        } catch (error) {
          compilation.failure = error;
        }
      },
      ...rest,
    );
}

/** Records each program before the callback that tslab assigns to `afterProgramCreate`. */
function recordPrograms(host: CompilerHost): CompilerHost {
  let callback: CompilerHost["afterProgramCreate"];
  return Object.defineProperty(host, "afterProgramCreate", {
    get: () => callback,
    set: (assigned: NonNullable<typeof callback>) => {
      callback = (builder) => {
        compilation.program = builder.getProgram();
        assigned(builder);
      };
    },
  });
}

ts.createWatchCompilerHost = (roots, options, ...rest) => {
  const host = compiler.createWatchCompilerHost(
    roots,
    { ...options, experimentalDecorators: false, ...firstOptions, ...compilation.checks },
    ...rest,
  );
  buildPlainPrograms(compiler, host);
  if (compilation.checks["jsx"] !== undefined) readAsTsx(ts, host, isCell);
  compilation.modules = adaptHost(host, compiler, fixedFolders, (file) =>
    file.endsWith(cellFile) ? firstLine + compilation.text : null,
  );
  catchBuildErrors(host);
  return recordPrograms(host);
};

const { getPreEmitDiagnosticsOfFiles } = ts;

/** Applies the setting for type errors: "warn" records them as warnings, and "off" drops them. */
ts.getPreEmitDiagnosticsOfFiles = (program, files) => {
  const found = getPreEmitDiagnosticsOfFiles(program, files).filter(({ code }) => !unreported.includes(code));
  if (compilation.typeErrors === "error") return found;
  const key = ({ start, code }: ProgramDiagnostic): string => `${start} ${code}`;
  const syntactic = new Set(files.flatMap((file) => program.getSyntacticDiagnostics(file)).map(key));
  if (compilation.typeErrors === "warn")
    compilation.warnings = found.filter((d) => d.file !== undefined && !syntactic.has(key(d))).map(findingOf);
  return found.filter((d) => syntactic.has(key(d)));
};

/** Returns a diagnostic of the cell as tslab's converter does: lines are counted from the second line of the file on. */
function findingOf({ file, start = 0, length = 0, messageText }: ProgramDiagnostic): Finding {
  const position = (offset: number): Position => {
    const { line, character } =
      file === undefined ? { line: 1, character: 0 } : compiler.getLineAndCharacterOfPosition(file, offset);
    return { line: line - 1, character };
  };
  return {
    start: position(start),
    end: position(start + length),
    messageText: compiler.flattenDiagnosticMessageText(messageText, "\n"),
  };
}

/** Makes tslab keep namespaces and `declare global` for later cells: it keeps the kinds of declarations that it asks for. */
ts.isInterfaceDeclaration = (node) => compiler.isInterfaceDeclaration(node) || compiler.isModuleDeclaration(node);

/** Disables tslab's replacement of names of earlier cells by `exports.name`, which also replaces names that are not references (see `emit/live-bindings.ts`). */
ts.visitEachChild = (node) => node;

const inlineMap = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Instruments the module before the second compilation, and records source maps and imports of the cell. */
ts.transpileModule = (source, options) => {
  const found = inlineMap.exec(source);
  const plain = found === null ? source : source.slice(0, found.index);
  const map = found?.[1] === undefined ? null : Buffer.from(found[1], "base64").toString();
  const instrumented = compilation.instrument?.(plain, map?.includes(cellFile.slice(1)) === true) ?? null;
  const imports: string[] = [];
  const result = compiler.transpileModule(instrumented?.text ?? plain, {
    ...options,
    transformers: {
      before: [dynamicSyntax(compiler, "$tapelab.import", null)],
      after: [recordImports(compiler, imports, "$tapelab.load", false)],
    },
    // with downlevelIteration, variables that an array pattern exports are read by iteration and not by index
    compilerOptions: { ...options.compilerOptions, target: secondTarget, sourceMap: true, downlevelIteration: true },
  });
  if (map !== null && result.sourceMapText !== undefined) {
    compilation.maps = [map, result.sourceMapText];
    compilation.instrumented = instrumented;
    compilation.imports = imports;
  }
  result.outputText = result.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  return result;
};
