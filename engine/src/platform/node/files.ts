/** Files on Node. */
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Returns the text of a file in UTF-8. */
export const readTextFile = (path: string): Promise<string> => readFile(path, "utf8");

/** Returns the bytes of a file. */
export const readFileBytes = (path: string): Promise<Uint8Array> => readFile(path);

/** Writes a file of the chunks, compressed by gzip or not, through another file beside it, so that a file that is there stays whole until the new one is. */
export async function writeFileChunks(path: string, chunks: Iterable<string>, compress: boolean): Promise<void> {
  const part = `${path}.part`;
  const steps = compress ? [createGzip(), createWriteStream(part)] : [createWriteStream(part)];
  try {
    await pipeline([Readable.from(chunks), ...steps]);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Writes a file of bytes through another file beside it, which takes its place once it is on the disk. So whenever the program or the machine stops, the path has the
 * old file or the new one.
 */
export async function writeFileBytes(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Returns the names in a folder; none if there is no such folder. */
export async function folderNames(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}

/** Makes a folder and those that it is in. */
export const makeFolders = async (path: string): Promise<void> => void (await mkdir(path, { recursive: true }));

/** Removes a file, if it is there. */
export const deleteFile = (path: string): Promise<void> => rm(path, { force: true });
