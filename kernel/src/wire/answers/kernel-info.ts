/** The description of the kernel, and the reply to debug requests. */
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
  // neither "debugger" nor "kernel subshells", the features that the protocol defines
  supported_features: [],
};

/** Returns the response of the Debug Adapter Protocol that refuses a request. */
export const refuseDebugging = ({ seq, command }: Readonly<Record<string, unknown>>): object => ({
  type: "response",
  seq: 0,
  request_seq: typeof seq === "number" ? seq : 0,
  command: typeof command === "string" ? command : "",
  success: false,
  message: "this kernel has no debugger",
});
