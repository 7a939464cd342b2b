/** The folders of the kernel's package. They are found from any module of it, bundled or not. */

/** Folder of the kernel's code. */
export const codeFolder: URL = new URL(/^.*\/(?:dist|src)\//s.exec(import.meta.url)?.[0] ?? import.meta.url);

/** Folder of the kernel's package, which also holds its declarations and views. */
export const packageFolder: URL = new URL("../", codeFolder);
