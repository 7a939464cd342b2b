/** Declarations of WebAssembly files and native addons, which the compiler cannot read. */
import { readFileSync, statSync } from "node:fs";

interface WebAssemblyApi {
  Module: (new (
    bytes: Uint8Array,
  ) => object) & {
    exports(module: object): readonly { readonly name: string; readonly kind: string }[];
  };
}

declare const WebAssembly: WebAssemblyApi;

/** Whether a file is one of them. */
export const isBinary = (path: string): boolean => /\.(wasm|node)$/.test(path);

const declaration = /^(.*\.(?:wasm|node))\.d\.ts$/s;

/** Whether a path is that of the declarations of such a file, which are made up. */
export function isBinaryDeclaration(path: string): boolean {
  const binary = declaration.exec(path)?.[1];
  return binary !== undefined && statSync(binary, { throwIfNoEntry: false }) !== undefined;
}

/** Returns the declarations of such a file: the exports of a WebAssembly module, and an addon as `any`. */
export function declarationsOfBinary(path: string): string | null {
  const binary = declaration.exec(path)?.[1];
  if (binary === undefined) return null;
  if (binary.endsWith(".node")) return "declare const addon: any;\nexport default addon;\n";
  try {
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(binary)));
    const type = (kind: string): string => (kind === "function" ? "(...values: (number | bigint)[]) => any" : "any");
    return exports
      .map(
        ({ name, kind }, i) =>
          `declare const export${i}: ${type(kind)};\nexport { export${i} as ${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)} };\n`,
      )
      .join("");
  } catch {
    return "export {};\n";
  }
}
