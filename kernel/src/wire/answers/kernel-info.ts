/** The description of the kernel. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { packageFolder } from "../../shared/folders.ts";
import { protocolVersion } from "../protocol/message.ts";

const require = createRequire(import.meta.url);
const { version } = require(fileURLToPath(new URL("package.json", packageFolder))) as { version: string };
const { version: typescript } = require("typescript/package.json") as { version: string };

/** Content of `kernel_info_reply`. */
export const kernelInfo: object = {
  status: "ok",
  protocol_version: protocolVersion,
  implementation: "tapelab",
  implementation_version: version,
  banner: `Tapelab ${version}: TypeScript ${typescript} on Node ${process.versions.node}`,
  language_info: {
    name: "typescript",
    version: typescript,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: { name: "javascript", typescript: true },
    nbconvert_exporter: "script",
  },
  help_links: [
    { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
    { text: "Node.js", url: "https://nodejs.org/docs/latest-v24.x/api/" },
  ],
  supported_features: ["debugger"],
  debugger: true,
};
