/** Text files, from the file system on Node and by fetch elsewhere. */
declare const process: { readonly versions?: { readonly node?: string } } | undefined;
declare function fetch(
  url: string,
): Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

const isUrl = (path: string): boolean => /^https?:/.test(path);

/** Returns the text of a file or URL. @throws Error when it cannot be read. */
export async function readText(path: string): Promise<string> {
  if (!isUrl(path) && typeof process !== "undefined" && process?.versions?.node !== undefined) {
    const { readTextFile } = await import("./node/files.ts");
    return readTextFile(path);
  }
  const response = await fetch(path);
  if (!response.ok) throw new Error(`readText: ${path} answered with status ${response.status}`);
  return response.text();
}
