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

/** Whether a file is a WebAssembly module or a native addon. */
export const isBinary = (path: string): boolean => /\.(wasm|node)$/.test(path);

const declarationPath = /^(.*\.(?:wasm|node))\.d\.ts$/s;

/** Whether a path is that of the declarations of an existing binary file. The declarations are generated; there is no such file. */
export function isBinaryDeclaration(path: string): boolean {
  const binary = declarationPath.exec(path)?.[1];
  return binary !== undefined && statSync(binary, { throwIfNoEntry: false }) !== undefined;
}

/** Returns the declarations for a path such as `add.wasm.d.ts`: the exports of a WebAssembly module, and `any` for an addon; `null` for other paths. */
export function declarationsOfBinary(path: string): string | null {
  const binary = declarationPath.exec(path)?.[1];
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
