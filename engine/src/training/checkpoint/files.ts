/** The files of a training's checkpoints. */
import { listFolder, makeFolder, removeFile } from "../../platform/files.ts";
import { warn } from "../../platform/warn.ts";
import { load, save } from "../../serialization/save.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { CheckpointOptions } from "./options.ts";

/** Name of the file of the best weights. */
const bestName = "best.safetensors";

const pattern = /^checkpoint-(\d+)\.safetensors$/;

/** The checkpoints in a folder: files that are named by the number of batches, and the weights of the best epoch. */
export class CheckpointFiles {
  readonly #folder: string;
  readonly #keepLast: number;

  constructor({ folder, keepLast = 2 }: CheckpointOptions) {
    this.#folder = folder;
    this.#keepLast = keepLast;
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** Returns the names of the checkpoints, the latest first. */
  async #names(): Promise<string[]> {
    const batches = (name: string): number => Number(pattern.exec(name)?.[1]);
    return (await listFolder(this.#folder))
      .filter((name) => pattern.test(name))
      .sort((a, b) => batches(b) - batches(a));
  }

  /** Makes the folder, and removes what an interrupted program left half written. */
  async prepare(): Promise<void> {
    await makeFolder(this.#folder);
    for (const name of await listFolder(this.#folder))
      if (/^(checkpoint-\d+|best)\.safetensors\.part$/.test(name)) await removeFile(this.#path(name));
  }

  /** Returns the latest checkpoint that can be read; `null` if there is none. */
  async latest(): Promise<unknown> {
    for (const name of await this.#names())
      try {
        return await load<unknown>(this.#path(name));
      } catch (error) {
        warn(`fit: ${this.#path(name)} cannot be read, and the checkpoint before it is taken: ${String(error)}`);
      }
    return null;
  }

  /** Writes the checkpoint of a number of batches, and then removes those that are not kept. */
  async write(batches: number, state: unknown): Promise<void> {
    const name = `checkpoint-${String(batches).padStart(8, "0")}.safetensors`;
    await save(state, this.#path(name));
    for (const old of (await this.#names()).filter((n) => n !== name).slice(Math.max(this.#keepLast, 1) - 1))
      await removeFile(this.#path(old));
  }

  /** Writes the weights of the best epoch, as a state dictionary. */
  writeBest(weights: Readonly<Record<string, Tensor>>): Promise<void> {
    return save(weights, this.#path(bestName));
  }

  /** Removes all checkpoints, as a training that begins anew does. */
  async clear(): Promise<void> {
    for (const name of await this.#names()) await removeFile(this.#path(name));
  }
}
