/** Files on Node. */
import { readFile } from "node:fs/promises";

/** Returns the text of a file in UTF-8. */
export const readTextFile = (path: string): Promise<string> => readFile(path, "utf8");
