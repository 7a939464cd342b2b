/** Reading files where there is a file system, and by fetch where there is none. */
declare const process: { readonly versions?: { readonly node?: string } } | undefined;
declare function fetch(
  url: string,
): Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

const isUrl = (path: string): boolean => /^https?:/.test(path);

/** The text of a file or URL. */
export async function readText(path: string): Promise<string> {
  if (!isUrl(path) && typeof process !== "undefined" && process?.versions?.node !== undefined) {
    const { readTextFile } = await import("./node/files.ts");
    return readTextFile(path);
  }
  const response = await fetch(path);
  if (!response.ok) throw new Error(`readText: ${path} answered with status ${response.status}`);
  return response.text();
}
