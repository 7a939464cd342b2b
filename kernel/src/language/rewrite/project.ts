/** Rewrites the files of a project like cells, so that code of a cell can move into a file. The result is plain TypeScript. */
import { readFileSync } from "node:fs";
import { positionOf } from "../../shared/positions.ts";
import { TrackedText } from "../../shared/tracked-text.ts";
import { resolution } from "../compiler/options.ts";
import type { Program } from "../compiler/program-api.ts";
import { checkSettings } from "../compiler/tsconfig.ts";
import { ts } from "../compiler/typescript.ts";
import { ambiguousPowers } from "./ambiguous-powers.ts";
import { ops } from "./operators.ts";
import { rewriteTexts } from "./rewrite.ts";

/** Adds the import that rewritten arithmetic needs, in the first line of the code. */
function withImport(text: string): string {
  if (!text.includes(`${ops}.`)) return text;
  const shebang = /^#!.*\n/.exec(text)?.[0] ?? "";
  return `${shebang}import * as ${ops} from "tapelab"; ${text.slice(shebang.length)}`;
}

/** The error of code that cannot be rewritten: its meaning is ambiguous, or it uses tensors in a way that has no meaning. */
export class AmbiguousCodeError extends SyntaxError {}

/**
 * Returns the texts of files by path, with arithmetic on tensors and calls of modules written as function calls. Line numbers do not change, and a
 * file without such code is returned as it is. `folder`: where the search for the project's tsconfig.json begins.
 */
export function rewriteProject(paths: readonly string[], folder: string): ReadonlyMap<string, string> {
  const texts = new Map(paths.map((path) => [path, new TrackedText(readFileSync(path, "utf8"))]));
  const ambiguous = [...texts].flatMap(([path, { text }]) =>
    ambiguousPowers(text, path).map(({ start, message }) => {
      const { line, character } = positionOf(text, start);
      return `${path}:${line + 1}:${character + 1} ${message}`;
    }),
  );
  if (ambiguous.length > 0) throw new AmbiguousCodeError(ambiguous.join("\n"));
  const options = {
    ...resolution,
    ...checkSettings(folder),
    target: ts.ScriptTarget.Latest,
    module: ts.ModuleKind.ESNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path)?.text;
    return text === undefined
      ? getSourceFile.call(host, path, target, ...rest)
      : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  };
  let program: Program | undefined;
  const build = (): Program => (program = ts.createProgram(paths, options, host, program));
  const found = [...rewriteTexts(texts, build, { isCell: false, offset: 0 })].flatMap(([path, { errors }]) =>
    errors.map(({ start, message }) => {
      const tracked = texts.get(path) as TrackedText;
      const { line, character } = positionOf(tracked.original, tracked.toOriginal(start));
      return `${path}:${line + 1}:${character + 1} ${message}`;
    }),
  );
  if (found.length > 0) throw new AmbiguousCodeError(found.join("\n"));
  return new Map([...texts].map(([path, { text }]) => [path, withImport(text)]));
}
