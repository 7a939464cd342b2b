/** `ImageFolder`: a folder of images for each class. */

import { listFolderNow } from "../../platform/files.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Dataset, datasetText } from "../dataset.ts";
import { tensorOf } from "../elements.ts";
import { remoteOf } from "../workers/dataset.ts";
import type { RemoteBatches } from "../workers/remote.ts";
import { type ImagesTask, imagesBatch } from "../workers/tasks.ts";
import { checkImageOptions, type ImageOptions } from "./decode.ts";

const op = "ImageFolder";

/** An image of a folder. */
export interface ImageSample {
  readonly path: string;
  /** Index of the class. */
  readonly label: number;
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Returns the images of a folder and of the folders in it, in the order of their names. Links to folders are not followed, as they may form a circle. */
function imagesIn(folder: string): string[] {
  const entries = listFolderNow(folder).toSorted((a, b) => byCodePoint(a.name, b.name));
  return [
    ...entries.filter(({ name, isFolder }) => !isFolder && /\.(png|jpe?g)$/i.test(name)),
    ...entries.filter(({ isFolder }) => isFolder),
  ].flatMap(({ name, isFolder }) => (isFolder ? imagesIn(`${folder}/${name}`) : [`${folder}/${name}`]));
}

/**
 * A data set of the PNG and JPEG files in a folder, which has a folder for each class, as torchvision's: classes are numbered in the order of their names.
 * Files are read and decoded when a batch needs
 * them, by worker threads if the loader has some. A batch is the images, uint8 [n, channels, height, width], and their classes, int64 [n]. By default images
 * become RGB; `size` brings them to the same
 * height and width. Of images with 16 bits, the upper 8 are kept.
 * @throws ArgumentError where there is no file system, for a folder without classes, and for a class without images; Error if the folder cannot be read.
 * @example
 * const pictures = new data.ImageFolder("test/engine/data/images", { size: [8, 8] });
 * pictures.classes; // ["jpeg", "png"]
 * pictures.batch(Int32Array.of(0, 1)).map((t) => t.shape); // [[2, 3, 8, 8], [2]]
 */
export class ImageFolder implements Dataset {
  /** Names of the classes, in the order of their numbers. */
  readonly classes: readonly string[];
  readonly samples: readonly ImageSample[];
  readonly #task: ImagesTask;

  constructor(root: string, options: ImageOptions = {}) {
    checkNew(new.target, arguments);
    checkImageOptions(op, options);
    this.classes = listFolderNow(root)
      .filter(({ isFolder }) => isFolder)
      .map(({ name }) => name)
      .sort(byCodePoint);
    if (this.classes.length === 0)
      throw new ArgumentError(op, `${root} has no folders; put the images of each class into a folder of its own`);
    this.samples = this.classes.flatMap((name, label) => {
      const paths = imagesIn(`${root}/${name}`);
      if (paths.length === 0)
        throw new ArgumentError(op, `${root}/${name} has no files that end with .png, .jpg or .jpeg`);
      return paths.map((path): ImageSample => ({ path, label }));
    });
    this.#task = {
      kind: "images",
      op,
      paths: this.samples.map(({ path }) => path),
      labels: Int32Array.from(this.samples, ({ label }) => label),
      options: { mode: "rgb", ...options },
    };
  }

  get length(): number {
    return this.samples.length;
  }

  batch(indices: Int32Array): Tensor[] {
    return imagesBatch(this.#task, indices).map(tensorOf);
  }

  /** Returns the part of batches that workers compute. */
  remote(): RemoteBatches {
    return remoteOf(this.#task);
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}
