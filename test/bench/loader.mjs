/**
 * Epochs over a folder of JPEG images with and without worker threads: decoding alone, and with training steps of a small convolutional network between the batches.
 * `npm run bench -- loader`
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { data, F, Generator, manualSeed, nn, optim, rand } from "tapelab";

const [images, height, width, size, batchSize] = [128, 480, 640, 64, 16];

/** Writes images that compress about as photographs do. */
async function write(root) {
  const generator = new Generator(1);
  for (let i = 0; i < images; i++) {
    const folder = join(root, `class${i % 4}`);
    mkdirSync(folder, { recursive: true });
    const coarse = rand([1, 3, height / 16, width / 16], { generator });
    const fine = rand([1, 3, height, width], { generator }).mul(0.06);
    const smooth = F.interpolate(coarse, { size: [height, width], mode: "bilinear" });
    await data.writeJpeg(join(folder, `${i}.jpg`), smooth.mul(0.9).add(fine).mul(255).to("uint8").at(0));
  }
}

/** Returns a step of a training on a batch. */
function trainer() {
  manualSeed(0);
  const model = new nn.Sequential(
    new nn.Conv2d(3, 32, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(32, 64, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.AdaptiveAvgPool2d(1),
    new nn.Flatten(),
    new nn.Linear(64, 4),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  return ([pixels, labels]) => {
    optimizer.zeroGrad();
    F.crossEntropy(model.forward(pixels.to("float32").div(255)), labels).backward();
    optimizer.step();
  };
}

/** Returns the seconds of an epoch, the best of three. */
function epoch(root, numWorkers, step) {
  const folder = new data.ImageFolder(root, { size: [size, size] });
  let best = Infinity;
  for (let k = 0; k < 3; k++) {
    const start = performance.now();
    for (const batch of new data.DataLoader(folder, { batchSize, shuffle: true, seed: 1, numWorkers })) step(batch);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

const root = mkdtempSync(join(tmpdir(), "tapelab-loader-"));
try {
  await write(root);
  const train = trainer();
  const folder = new data.ImageFolder(root, { size: [size, size] });
  const batches = [...new data.DataLoader(folder, { batchSize })];
  for (const batch of batches) train(batch);
  const start = performance.now();
  for (const batch of batches) train(batch);
  const steps = (performance.now() - start) / 1000;
  process.stdout.write(
    `${images} JPEG images of ${width} x ${height}, batches of ${batchSize}; seconds for an epoch\n`,
  );
  process.stdout.write(`training steps alone: ${steps.toFixed(2)}\n`);
  for (const numWorkers of [0, 1, 2]) {
    const [alone, both] = [epoch(root, numWorkers, () => {}), epoch(root, numWorkers, train)];
    process.stdout.write(
      `${numWorkers} workers: decoding ${alone.toFixed(2)}, decoding and training ${both.toFixed(2)}\n`,
    );
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
