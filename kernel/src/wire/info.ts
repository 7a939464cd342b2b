/** What the kernel says of itself. */
import { createRequire } from "node:module";
import { protocolVersion } from "./message.ts";

const require = createRequire(import.meta.url);
const { version } = require("../../package.json") as { version: string };
const { version: typescript } = require("@tslab/typescript-for-tslab/package.json") as { version: string };

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
  help_links: [],
  supported_features: [],
};
