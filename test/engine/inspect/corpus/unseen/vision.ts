/** Held-out programs: images, segmentation, autoencoders, adversarial training. Written without regard to the predicates. */
import { F, Generator, nn, noGrad, ones, optim, randn, type Tensor, tensor, zeros } from "tapelab";
import { bars, type Program } from "../program.ts";

/** Returns images of discs and squares with the masks of the shapes. */
function shapesWithMasks(n: number, size = 10, seed = 31): [images: Tensor, masks: Tensor, labels: Tensor] {
  const g = new Generator(seed);
  const masks: number[][][][] = [];
  const images: number[][][][] = [];
  const labels: number[] = [];
  for (let i = 0; i < n; i++) {
    const [r, c, radius] = [g.integer(3, size - 3), g.integer(3, size - 3), 2];
    const isDisc = i % 2 === 0;
    const mask = Array.from({ length: size }, (_r, y) =>
      Array.from({ length: size }, (_c, x) => {
        const [dy, dx] = [Math.abs(y - r), Math.abs(x - c)];
        return (isDisc ? dy * dy + dx * dx <= radius * radius : Math.max(dy, dx) <= radius) ? 1 : 0;
      }),
    );
    masks.push([mask]);
    images.push([mask.map((row) => row.map((v) => v * 0.8 + 0.1 * g.normal()))]);
    labels.push(isDisc ? 1 : 0);
  }
  return [tensor(images), tensor(masks), tensor(labels, { dtype: "int64" })];
}

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 3);
  conv2 = new nn.Conv2d(6, 8, 3);
  fc1 = new nn.Linear(8, 16);
  fc2 = new nn.Linear(16, 2);
  readonly #options: { readonly relu: boolean; readonly scale: number };
  constructor(options: { readonly relu: boolean; readonly scale: number }) {
    super();
    this.#options = options;
  }
  override forward(x: Tensor): Tensor {
    const act = (t: Tensor): Tensor => (this.#options.relu ? t.relu() : t);
    let h = act(F.maxPool2d(this.conv1.forward(x.mul(this.#options.scale)), 2));
    h = act(F.maxPool2d(this.conv2.forward(h), 2)).flatten(1);
    h = this.fc1.forward(h.narrow(1, 0, 8)).relu();
    return this.fc2.forward(h);
  }
}

class Segmenter extends nn.Module {
  enc = new nn.Conv2d(1, 8, 3, { padding: 1 });
  mid = new nn.Conv2d(8, 8, 3, { padding: 1 });
  out = new nn.Conv2d(8, 1, 1);
  override forward(x: Tensor): Tensor {
    return this.out.forward(this.mid.forward(this.enc.forward(x).relu()).relu());
  }
}

const dice = (p: Tensor, t: Tensor): Tensor => {
  const both = p.mul(t).sum();
  return both.mul(2).add(1).div(p.sum().add(t.sum()).add(1));
};

export const vision: readonly Program[] = [
  {
    name: "LeNet on pixels from 0 to 255 with SGD 0.1",
    causes: ["inputs-not-normalized", "learning-rate-too-large"],
    build(broken) {
      const [x, , y] = shapesWithMasks(32);
      const model = new LeNet({ relu: true, scale: broken ? 255 : 1 });
      const pixels = broken ? x.mul(255) : x;
      const optimizer = new optim.SGD(model.parameters(), { lr: broken ? 0.1 : 0.05 });
      model.forward(pixels);
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(pixels), y);
          loss.backward();
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "segmentation with a dice loss of thresholded predictions",
    causes: ["no-derivative"],
    build(broken) {
      const [x, mask] = shapesWithMasks(16);
      const model = new Segmenter();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          const p = model.forward(x).sigmoid();
          const loss = dice(broken ? p.gt(0.5).to("float32") : p, mask)
            .neg()
            .add(1);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "segmentation trained with binary cross-entropy on labels 0 and 255",
    causes: ["binary-target-range"],
    build(broken) {
      const [x, mask] = shapesWithMasks(16);
      const target = broken ? mask.mul(255) : mask;
      const model = new Segmenter();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const criterion = new nn.BCEWithLogitsLoss();
      return { model, optimizer, loss: () => criterion.forward(model.forward(x), target) };
    },
  },
  {
    name: "binary segmentation with one channel and cross-entropy over it",
    causes: ["softmax-of-one"],
    build(broken) {
      const [x, mask] = shapesWithMasks(16);
      const labels = mask.squeeze(1).to("int64");
      const model = new Segmenter();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const z = model.forward(x);
          return broken ? F.crossEntropy(z, labels.mul(0)) : F.binaryCrossEntropyWithLogits(z, mask);
        },
      };
    },
  },
  {
    name: "denoising autoencoder that compares the output with itself",
    causes: ["compared-with-itself"],
    build(broken) {
      const [x] = bars(24);
      const flat = x.flatten(1);
      const model = new nn.Sequential(new nn.Linear(64, 24), new nn.ReLU(), new nn.Linear(24, 64));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });
      return {
        model,
        optimizer,
        loss() {
          const y = model.forward(flat.add(randn(flat.shape).mul(0.1)));
          return F.mseLoss(y, broken ? y : flat);
        },
      };
    },
  },
  {
    name: "generator trained on detached samples",
    causes: ["detached", "detach", "no-update", "cut-by-detach"],
    build(broken) {
      const g = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 2));
      const d = new nn.Sequential(new nn.Linear(2, 16), new nn.LeakyReLU(0.2), new nn.Linear(16, 1));
      const og = new optim.Adam(g.parameters(), { lr: 2e-3 });
      const od = new optim.Adam(d.parameters(), { lr: 2e-3 });
      const bce = new nn.BCEWithLogitsLoss();
      return {
        model: { g, d },
        optimizer: [od, og],
        step() {
          const real = randn([32, 2]).mul(0.5).add(2);
          const fake = g.forward(randn([32, 4]));
          od.zeroGrad();
          bce
            .forward(d.forward(real), ones([32, 1]))
            .add(bce.forward(d.forward(fake.detach()), zeros([32, 1])))
            .backward();
          od.step();
          og.zeroGrad();
          const judged = d.forward(broken ? fake.detach() : fake);
          bce.forward(judged, ones([32, 1])).backward();
          og.step();
        },
      };
    },
  },
  {
    name: "discriminator with BCELoss whose sigmoid was left out",
    causes: ["logits-into-bce"],
    build(broken) {
      const d = new nn.Sequential(
        new nn.Linear(2, 16),
        new nn.LeakyReLU(0.2),
        new nn.Linear(16, 1),
        broken ? new nn.Identity() : new nn.Sigmoid(),
      );
      const optimizer = new optim.Adam(d.parameters(), { lr: 1e-3 });
      const criterion = new nn.BCELoss();
      return {
        model: d,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = criterion.forward(d.forward(randn([16, 2]).mul(3)), ones([16, 1]));
          loss.backward();
          optimizer.step();
        },
      };
    },
  },
  {
    name: "deep convolutional network with sigmoids and tiny weights",
    causes: [
      "vanishing",
      "vanishing-gradient",
      "shrinking",
      "tiny-gradient",
      "gradient-shrinks",
      "saturated-activation",
    ],
    build(broken) {
      const [x, y] = bars(24);
      const layers: nn.Module[] = [];
      for (let i = 0; i < 10; i++)
        layers.push(new nn.Conv2d(i === 0 ? 1 : 4, 4, 3, { padding: 1 }), broken ? new nn.Sigmoid() : new nn.ReLU());
      layers.push(new nn.Flatten(), new nn.Linear(256, 2));
      const model = new nn.Sequential(...(layers as nn.ReLU[]));
      if (!broken) for (const m of model.modules()) if (m instanceof nn.Conv2d) nn.init.kaimingUniform_(m.weight);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 6, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "classifier in which the whole model was put into eval mode before training",
    causes: ["eval-mode-in-training"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new nn.Sequential(
        new nn.Conv2d(1, 6, 3),
        new nn.BatchNorm2d(6),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.Linear(216, 2),
      );
      if (broken) model.eval();
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "features taken from a backbone under noGrad although it is to be fine-tuned",
    causes: ["no-grad", "computed-without-grad", "under-no-grad", "noGrad"],
    build(broken) {
      const [x, y] = bars(32);
      class Tuned extends nn.Module {
        backbone = new nn.Sequential(new nn.Conv2d(1, 6, 3), new nn.ReLU(), new nn.Flatten());
        head = new nn.Linear(216, 2);
        override forward(images: Tensor): Tensor {
          const features = broken ? noGrad(() => this.backbone.forward(images)) : this.backbone.forward(images);
          return this.head.forward(features);
        }
      }
      const model = new Tuned();
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
];
