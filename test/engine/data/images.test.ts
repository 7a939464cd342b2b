/** Images beside Pillow's pixels (make_images.py), in all depths and modes, and malformed ones. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gunzipSync } from "node:zlib";
import { data, full, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { expectEditsHandled, expectTruncationErrors } from "../../support/fuzz.ts";
import { inRoot } from "../../support/paths.ts";

interface Expected {
  readonly shape: readonly number[];
  readonly pixels: readonly number[];
}

const folder = inRoot("test/engine/data/images");
const fileOf = (name: string): Uint8Array =>
  readFileSync(join(folder, name.endsWith(".png") ? "png" : name.endsWith(".jpg") ? "jpeg" : "", name));
const expected = JSON.parse(gunzipSync(fileOf("images.json.gz")).toString()) as Readonly<Record<string, Expected>>;
const names = ["png", "jpeg"].flatMap((name) => readdirSync(join(folder, name)));

const elements = (t: Tensor): number[] => t.flatten().toArray<number[]>();

/** Returns the largest and the mean distance of two lists. */
function distances(a: readonly number[], b: readonly number[]): { readonly largest: number; readonly mean: number } {
  const all = a.map((v, i) => Math.abs(v - b[i]));
  return { largest: Math.max(...all), mean: all.reduce((sum, v) => sum + v, 0) / all.length };
}

describe("PNG", () => {
  test.each(names.filter((name) => name.endsWith(".png")))("%s has the pixels that Pillow reads", (name) => {
    const image = data.decodeImage(fileOf(name));
    expect(image.shape).toEqual(expected[name].shape);
    expect(image.dtype).toBe(name.includes("16") ? "int32" : "uint8");
    expect(elements(image)).toEqual(expected[name].pixels);
  });
  test.each([1, 2, 3, 4])("%i channels are written and read again, with 8 and 16 bits", (channels) => {
    for (const [dtype, top] of [
      ["uint8", 256],
      ["int32", 65536],
    ] as const) {
      const image = data.transforms
        .toFloat()(zeros([channels, 5, 7]))
        .add(0.37)
        .mul(top)
        .floor()
        .to(dtype);
      const again = data.decodeImage(data.encodePng(image));
      expect(again.dtype).toBe(dtype);
      expect(again.toArray()).toEqual(image.toArray());
    }
  });
  test("modes and sizes are those of Pillow", () => {
    const file = fileOf("RGB.png");
    expect(elements(data.decodeImage(file, { mode: "gray" }))).toEqual(expected["RGB.png gray"].pixels);
    const opaque = data.decodeImage(file, { mode: "rgba" });
    expect(opaque.shape).toEqual([4, 21, 34]);
    expect(opaque.at(3).min().item()).toBe(255);
    expect(data.decodeImage(fileOf("L.png"), { mode: "rgb" }).at(2).toArray()).toEqual(
      data.decodeImage(fileOf("L.png")).at(0).toArray(),
    );
    expect(data.decodeImage(fileOf("LA.png"), { mode: "gray" }).at(0).toArray()).toEqual(
      data.decodeImage(fileOf("LA.png")).at(0).toArray(),
    );
    for (const size of [
      [7, 9],
      [40, 50],
    ] as const) {
      const image = data.decodeImage(file, { size });
      const { shape, pixels } = expected[`RGB.png ${size[0]} ${size[1]}`];
      expect(image.shape).toEqual(shape);
      expect(distances(elements(image), pixels).largest).toBeLessThanOrEqual(1);
    }
  });
});

describe("JPEG", () => {
  test.each<[name: string, largest: number, mean: number]>([
    ["444.jpg", 3, 0.6],
    ["grey.jpg", 2, 0.3],
    ["progressive.jpg", 3, 0.6],
    ["restarts.jpg", 3, 0.6],
    ["cmyk.jpg", 4, 1],
    // chroma at half the resolution, which Pillow smooths
    ["420.jpg", 40, 4],
  ])("%s has the pixels that Pillow reads, up to rounding", (name, largest, mean) => {
    const image = data.decodeImage(fileOf(name));
    expect(image.shape).toEqual(expected[name].shape);
    const found = distances(elements(image), expected[name].pixels);
    expect(found.largest).toBeLessThanOrEqual(largest);
    expect(found.mean).toBeLessThan(mean);
  });
  test("is written and read again, grey and in colours", () => {
    for (const mode of ["rgb", "gray"] as const) {
      const image = data.decodeImage(fileOf("RGB.png"), { mode });
      const again = data.decodeImage(data.encodeJpeg(image, { quality: 95 }), { mode });
      expect(distances(elements(again), elements(image)).mean).toBeLessThan(4);
    }
    expect(() => data.encodeJpeg(zeros([3, 2, 2]))).toThrow("encodeJpeg: expected uint8, but got float32");
    expect(() => data.encodePng(zeros([5, 2, 2], { dtype: "uint8" }))).toThrow(
      "1 or 2 or 3 or 4 channels, but got [5, 2, 2]",
    );
  });
});

/** Returns a PNG chunk. The sum at its end is not checked before the header is. */
function chunk(type: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(type, "latin1"), content, Buffer.alloc(4)]);
}

/** Returns a PNG file with a header that claims a size. */
function png(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    fileOf("RGB.png").subarray(0, 8),
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", new Uint8Array()),
  ]);
}

describe("malformed images are errors, and take no more memory than they can hold", () => {
  const kinds = [
    ["PNG", names.filter((name) => /^(RGBA|palette4|transparent-palette|interlaced|grey16)\.png$/.test(name))],
    ["JPEG", names.filter((name) => /^(420|progressive|grey|restarts)\.jpg$/.test(name))],
  ] as const;
  const readers = kinds.map(([name, files]) => ({
    name,
    read: (bytes: Uint8Array) => data.decodeImage(bytes),
    files: files.map(fileOf),
  }));
  test("truncated", async () => {
    // what follows the last pixel of a JPEG file is its end
    const [pngs, jpegs] = readers;
    await expectTruncationErrors([pngs, { ...jpegs, files: jpegs.files.map((file) => file.subarray(0, -2)) }]);
  });
  test("with bytes changed, removed and inserted", () => expectEditsHandled(readers, 1500));
  test("headers that claim more than a file can hold", () => {
    const decode = (file: Uint8Array) => (): unknown => data.decodeImage(file);
    expect(decode(png(2 ** 31, 2 ** 31, deflateSync(Buffer.alloc(10))))).toThrow(
      "the header claims 2147483648 x 2147483648 pixels, more than the limit of 67108864",
    );
    expect(decode(png(8000, 8000, deflateSync(Buffer.alloc(10))))).toThrow(
      "8000 x 8000 pixels need 192008000 bytes, which 11 compressed bytes cannot hold",
    );
    expect(decode(png(0, 5, deflateSync(Buffer.alloc(10))))).toThrow("its header has the size 0 x 5");
    const bomb = deflateSync(Buffer.alloc(2 ** 27));
    expect(decode(png(5000, 3000, bomb))).toThrow("it unpacks to more than the 45003000 bytes of its pixels");
    const jpeg = Buffer.from(fileOf("grey.jpg"));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(8000, frame + 5);
    jpeg.writeUInt16BE(8000, frame + 7);
    expect(decode(jpeg)).toThrow(`8000 x 8000 pixels cannot be those of ${jpeg.length} bytes`);
    expect(() => data.decodeImage(fileOf("444.jpg"), { maxPixels: 100 })).toThrow(
      "the header claims 34 x 21 pixels, more than the limit of 100",
    );
    expect(decode(new TextEncoder().encode("GIF89a"))).toThrow(
      "decodeImage: expected a PNG or JPEG file, but it begins as neither",
    );
  });
  test("the error names the file", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "tapelab-images-")), "half.png");
    writeFileSync(path, fileOf("RGB.png").subarray(0, 200));
    await expect(data.readImage(path)).rejects.toThrow(
      /^decodeImage: .*half\.png: the PNG file is malformed at byte 33: the chunk "IDAT" claims/,
    );
  });
});

test("ImageFolder has a class for each folder, in the order of names, and reads files when batches need them", () => {
  const root = mkdtempSync(join(tmpdir(), "tapelab-folder-"));
  const write = (path: string, value: number, size = 2): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), data.encodePng(full([1, size, size], value, { dtype: "uint8" })));
  };
  write("dog/b.png", 4);
  write("dog/a.PNG", 3);
  write("dog/inner/c.png", 5);
  write("cat/1.png", 2);
  writeFileSync(join(root, "cat/notes.txt"), "no image");
  writeFileSync(join(root, "readme.md"), "no class");
  const images = new data.ImageFolder(root);
  expect(images.classes).toEqual(["cat", "dog"]);
  expect(images.samples.map(({ path, label }) => [path.slice(root.length + 1), label])).toEqual([
    ["cat/1.png", 0],
    ["dog/a.PNG", 1],
    ["dog/b.png", 1],
    ["dog/inner/c.png", 1],
  ]);
  const [pixels, labels] = images.batch(Int32Array.of(3, 0));
  expect(pixels.shape).toEqual([2, 3, 2, 2]);
  expect(pixels.dtype).toBe("uint8");
  expect(elements(pixels).filter((_, i) => i % 12 === 0)).toEqual([5, 2]);
  expect(labels.dtype).toBe("int64");
  expect(labels.toArray()).toEqual([1, 0]);
  write("dog/b.png", 9, 3);
  expect(() => images.batch(Int32Array.of(0, 2))).toThrow(
    /images of a batch must have the same shape, but .*1\.png has \[3, 2, 2\] and .*b\.png \[3, 3, 3\]/,
  );
  expect(new data.ImageFolder(root, { size: [4, 4], mode: "gray" }).batch(Int32Array.of(0, 2))[0].shape).toEqual([
    2, 1, 4, 4,
  ]);
  mkdirSync(join(root, "empty"));
  expect(() => new data.ImageFolder(root)).toThrow("/empty has no files that end with .png, .jpg or .jpeg");
});
