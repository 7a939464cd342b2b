/** Files, from the file system on Node and by fetch elsewhere. */
interface FileSystem {
  readFileSync(path: string | URL, encoding: "utf8"): string;
  readFileSync(path: string): Uint8Array;
  readdirSync(
    path: string,
    options: { readonly withFileTypes: true },
  ): readonly { readonly name: string; isDirectory(): boolean }[];
}
declare const process:
  | {
      readonly versions?: { readonly node?: string };
      readonly getBuiltinModule?: (id: "node:fs") => FileSystem;
    }
  | undefined;
declare const URL: new (text: string) => URL;
interface URL {
  readonly href: string;
}
declare function fetch(url: string): Promise<{
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

const isUrl = (path: string): boolean => /^https?:/.test(path);

const isOnNode = (): boolean => typeof process !== "undefined" && process?.versions?.node !== undefined;

/** Returns the bytes of a file or URL. @throws Error when it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (!isUrl(path) && isOnNode()) {
    const { readFileBytes } = await import("./node/files.ts");
    return readFileBytes(path);
  }
  const response = await fetch(path);
  if (!response.ok) throw new Error(`readBytes: ${path} answered with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Writes a file of chunks of text, compressed by gzip or not. @throws Error where there is no file system, or the file cannot be written. */
export async function writeChunks(path: string, chunks: Iterable<string>, compress: boolean): Promise<void> {
  if (!isOnNode()) throw new Error(`writeChunks: there is no file system to write ${path} to`);
  const { writeFileChunks } = await import("./node/files.ts");
  return writeFileChunks(path, chunks, compress);
}

/** Writes a file of bytes as a whole. @throws Error where there is no file system, or the file cannot be written. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  if (!isOnNode()) throw new Error(`writeBytes: there is no file system to write ${path} to`);
  const { writeFileBytes } = await import("./node/files.ts");
  return writeFileBytes(path, bytes);
}

/** Returns the names in a folder; none if there is no such folder. @throws Error where there is no file system. */
export async function listFolder(path: string): Promise<string[]> {
  if (!isOnNode()) throw new Error(`listFolder: there is no file system with ${path}`);
  const { folderNames } = await import("./node/files.ts");
  return folderNames(path);
}

/** Makes a folder and those that it is in, unless it is there. @throws Error where there is no file system, or it cannot be made. */
export async function makeFolder(path: string): Promise<void> {
  if (!isOnNode()) throw new Error(`makeFolder: there is no file system to make ${path} in`);
  const { makeFolders } = await import("./node/files.ts");
  await makeFolders(path);
}

/** Removes a file, if it is there. @throws Error where there is no file system. */
export async function removeFile(path: string): Promise<void> {
  if (!isOnNode()) throw new Error(`removeFile: there is no file system with ${path}`);
  const { deleteFile } = await import("./node/files.ts");
  await deleteFile(path);
}

/** Returns the text of a file or URL. @throws Error when it cannot be read. */
export async function readText(path: string): Promise<string> {
  if (!isUrl(path) && isOnNode()) {
    const { readTextFile } = await import("./node/files.ts");
    return readTextFile(path);
  }
  const response = await fetch(path);
  if (!response.ok) throw new Error(`readText: ${path} answered with status ${response.status}`);
  return response.text();
}

/** Returns the text of a file at once; `null` where there is no file system, or no such file. */
export function readTextNow(path: string): string | null {
  if (typeof process === "undefined") return null;
  const fs = process.getBuiltinModule?.("node:fs");
  try {
    return fs?.readFileSync(path.startsWith("file:") ? new URL(path) : path, "utf8") ?? null;
  } catch {
    return null;
  }
}

/** Returns the file system. @throws Error where there is none. */
function fileSystem(path: string): FileSystem {
  const fs = typeof process === "undefined" ? undefined : process?.getBuiltinModule?.("node:fs");
  if (fs === undefined) throw new Error(`there is no file system to read ${path} from`);
  return fs;
}

/** Returns the bytes of a file at once. @throws Error when it cannot be read, or where there is no file system. */
export const readBytesNow = (path: string): Uint8Array => fileSystem(path).readFileSync(path);

/** Returns the files and folders in a folder. @throws Error when it cannot be read, or where there is no file system. */
export const listFolderNow = (path: string): { readonly name: string; readonly isFolder: boolean }[] =>
  fileSystem(path)
    .readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
