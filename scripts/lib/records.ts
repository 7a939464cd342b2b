/** Prints the names of all ops as JSON. It loads the files of the ops alone, so that it runs while what is written from the records is out of date. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { aliasMethods, isRegistryName, splitName } from "../../engine/src/dispatch/aliases.ts";
import { registered } from "../../engine/src/dispatch/registry.ts";

const folder = fileURLToPath(new URL("../../engine/src/ops", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !/(?:^aliases\/|(?:^|\/)index\.ts$)/.test(file));
for (const file of files) await import(`${folder}/${file}`);

const records = [...registered.values()]
  .filter(({ info }) => info.access !== "internal")
  .map(({ name, info }) => ({
    name,
    functionName: info.functionName ?? name,
    namespace: splitName(info.torch).namespace,
    functions: (info.aliases ?? [])
      .filter((dotted) => !isRegistryName(dotted))
      .map(splitName)
      .filter(({ namespace }) => namespace !== "Tensor"),
    methods: [...(info.access === "in-place" ? [{ method: `${name}_`, inPlace: true }] : []), ...aliasMethods(info)],
  }));
process.stdout.write(JSON.stringify(records));
