/** Programs after public reports: convolutional networks, autoencoders and their training loops. */
import { F, Generator, nn, noGrad, optim, rand, randn, type Tensor, tensor } from "tapelab";
import { bars, clouds, type Program } from "../program.ts";

class Small extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 3, { padding: 1 });
  conv2 = new nn.Conv2d(6, 8, 3, { padding: 1 });
  pool = new nn.MaxPool2d(2);
  fc = new nn.Linear(8 * 4, 2);
  override forward(x: Tensor): Tensor {
    let h = this.pool.forward(this.conv1.forward(x).relu());
    h = this.pool.forward(this.conv2.forward(h).relu());
    return this.fc.forward(h.flatten(1));
  }
}

/** One step of a training: clear, backward, update. */
const stepOf = (optimizer: optim.Optimizer, lossOf: () => Tensor) => (): number => {
  optimizer.zeroGrad();
  const loss = lossOf();
  loss.backward();
  optimizer.step();
  return loss.item();
};

export const images: readonly Program[] = [
  {
    name: "second convolution whose result is not used",
    causes: ["unused", "never-used", "not-reached"],
    build(broken) {
      const [x, y] = bars(24, 8);
      class Net extends Small {
        override forward(v: Tensor): Tensor {
          const a = this.pool.forward(this.conv1.forward(v).relu());
          const b = this.pool.forward(this.conv2.forward(a).relu());
          return this.fc.forward(
            broken ? this.pool.forward(a).flatten(1).narrow(1, 0, 24).matmul(eye24).add(0) : b.flatten(1),
          );
        }
      }
      const eye24 = randn([24, 32]).mul(0.2);
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 10, step: stepOf(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "images of 0 to 255 in a network without normalization",
    causes: ["inputs-not-normalized"],
    build(broken) {
      const [x, y] = bars(24, 8);
      const pixels = x.add(1).mul(80).clamp(0, 255);
      const model = new Small();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
      return {
        model,
        optimizer,
        steps: 12,
        step: stepOf(optimizer, () => F.crossEntropy(model.forward(broken ? pixels : pixels.div(127.5).sub(1)), y)),
      };
    },
  },
  {
    name: "batch and channels flattened together",
    causes: ["batch-size-changes", "reshape-mixes-examples"],
    build(broken) {
      const [x, y] = bars(24, 8);
      class Net extends nn.Module {
        conv = new nn.Conv2d(1, 4, 3, { padding: 1 });
        fc = new nn.Linear(64, 2);
        override forward(v: Tensor): Tensor {
          const h = F.maxPool2d(this.conv.forward(v).relu(), 2);
          return this.fc.forward(broken ? h.permute([1, 0, 2, 3]).reshape([-1, 64]) : h.flatten(1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 10, step: stepOf(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "images in [batch, height, width, channels] reshaped to channels first",
    causes: ["reshape-for-transpose", "reshape-mixes-examples"],
    build(broken) {
      const g = new Generator(8);
      const labels = Array.from({ length: 20 }, (_, i) => i % 2);
      const x = tensor(
        labels.map((c) =>
          Array.from({ length: 6 }, () =>
            Array.from({ length: 6 }, () => [0, 1, 2].map((k) => g.normal() * 0.3 + (k === c ? 1 : 0))),
          ),
        ),
      );
      const y = tensor(labels, { dtype: "int64" });
      const net = new nn.Sequential(
        new nn.Conv2d(3, 6, 3),
        new nn.ReLU(),
        new nn.AdaptiveAvgPool2d(1),
        new nn.Flatten(),
        new nn.Linear(6, 2),
      );
      class Model extends nn.Module {
        net = net;
        override forward(v: Tensor): Tensor {
          return this.net.forward(broken ? v.reshape([20, 3, 6, 6]) : v.permute([0, 3, 1, 2]));
        }
      }
      const model = new Model();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 12, step: stepOf(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "scheduler with gamma 0.1 stepped after every batch",
    causes: ["learning-rate-collapses"],
    build(broken) {
      const [x, y] = bars(24, 8);
      const model = new Small();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      const scheduler = new optim.lrScheduler.StepLR(optimizer, broken ? 1 : 100, { gamma: 0.1 });
      const run = stepOf(optimizer, () => F.crossEntropy(model.forward(x), y));
      return {
        model,
        optimizer,
        steps: 10,
        step() {
          const loss = run();
          scheduler.step();
          return loss;
        },
      };
    },
  },
  {
    name: "cosine schedule that ends after one batch",
    causes: ["learning-rate-zero", "learning-rate-collapses", "learning-rate-too-small"],
    build(broken) {
      const [x, y] = clouds(40, 6, 3);
      const model = new nn.Sequential(new nn.Linear(6, 20), new nn.ReLU(), new nn.Linear(20, 3));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      const scheduler = broken
        ? new optim.lrScheduler.LambdaLR(optimizer, (epoch) => (epoch === 0 ? 1 : 1e-7))
        : new optim.lrScheduler.CosineAnnealingLR(optimizer, 200);
      const run = stepOf(optimizer, () => F.crossEntropy(model.forward(x), y));
      return {
        model,
        optimizer,
        step() {
          const loss = run();
          scheduler.step();
          return loss;
        },
      };
    },
  },
  {
    name: "forward pass of the trained layers inside noGrad",
    causes: ["no-grad", "under-no-grad", "noGrad"],
    build(broken) {
      const [x, y] = bars(20, 8);
      const features = new nn.Sequential(
        new nn.Conv2d(1, 4, 3),
        new nn.ReLU(),
        new nn.AdaptiveAvgPool2d(2),
        new nn.Flatten(),
      );
      const head = new nn.Linear(16, 2);
      const optimizer = new optim.Adam([...features.parameters(), ...head.parameters()], { lr: 5e-3 });
      return {
        model: { features, head },
        optimizer,
        steps: 10,
        step: stepOf(optimizer, () => {
          const h = broken ? noGrad(() => features.forward(x)) : features.forward(x);
          return F.crossEntropy(head.forward(h), y);
        }),
      };
    },
  },
  {
    name: "model set to evaluation inside the accuracy function",
    causes: ["eval-mode-in-training"],
    build(broken) {
      const [x, y] = bars(24, 8);
      const model = new nn.Sequential(
        new nn.Conv2d(1, 4, 3, { padding: 1 }),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.Dropout(0.3),
        new nn.Linear(256, 2),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 2e-3 });
      const run = stepOf(optimizer, () => F.crossEntropy(model.forward(x), y));
      const accuracy = (): number => {
        model.eval();
        const hits = noGrad(() => model.forward(x).argmax(1).eq(y).to("float32").mean().item());
        if (!broken) model.train();
        return hits;
      };
      return {
        model,
        optimizer,
        steps: 8,
        step() {
          const loss = run();
          accuracy();
          return loss;
        },
      };
    },
  },
  {
    name: "autoencoder of pixels from 0 to 255 with a sigmoid",
    causes: ["unreachable-targets"],
    build(broken) {
      const x = rand([32, 20]).mul(255);
      const scaled = x.div(255);
      const model = new nn.Sequential(new nn.Linear(20, 16), new nn.Tanh(), new nn.Linear(16, 20), new nn.Sigmoid());
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        step: stepOf(optimizer, () => F.mseLoss(model.forward(scaled), broken ? x : scaled)),
      };
    },
  },
  {
    name: "variational autoencoder whose variance is the exponential of a large number",
    causes: ["exp-overflow", "overflow"],
    build(broken) {
      const [x] = clouds(40, 8, 3);
      const enc = new nn.Linear(8, 8);
      const dec = new nn.Linear(4, 8);
      const optimizer = new optim.Adam([...enc.parameters(), ...dec.parameters()], { lr: 1e-3 });
      return {
        model: { enc, dec },
        optimizer,
        step: stepOf(optimizer, () => {
          const [mu, logvar] = enc.forward(x).split(4, 1);
          const lv = broken ? logvar.mul(200) : logvar;
          const z = mu.add(lv.mul(0.5).exp().mul(randn(mu.shape)));
          const kl = lv.exp().add(mu.square()).sub(1).sub(lv).mean().mul(0.05);
          return F.mseLoss(dec.forward(z), x).add(kl);
        }),
      };
    },
  },
  {
    name: "intersection over union of masks that are compared with 0.5",
    causes: ["no-derivative", "nothing-recorded"],
    build(broken) {
      const [x] = bars(16, 8);
      const y = x.gt(0.7).to("float32");
      const model = new nn.Sequential(new nn.Conv2d(1, 6, 3, { padding: 1 }), new nn.ReLU(), new nn.Conv2d(6, 1, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        steps: 10,
        step: stepOf(optimizer, () => {
          const p = model.forward(x).sigmoid();
          const mask = broken ? p.gt(0.5).to("float32").requiresGrad_(true) : p;
          const inter = mask.mul(y).sum();
          return mask.sum().add(y.sum()).sub(inter).reciprocal().mul(inter).mul(-1).add(1);
        }),
      };
    },
  },
  {
    name: "list of convolutions in a plain field of a closure",
    causes: ["unregistered-parameter", "not-in-optimizer"],
    build(broken) {
      const [x, y] = bars(20, 8);
      const blocks = [new nn.Conv2d(1, 4, 3, { padding: 1 }), new nn.Conv2d(4, 4, 3, { padding: 1 })];
      class Net extends nn.Module {
        list = broken ? null : new nn.ModuleList(blocks);
        fc = new nn.Linear(64, 2);
        override forward(v: Tensor): Tensor {
          let h = v;
          for (const b of blocks) h = b.forward(h).relu();
          return this.fc.forward(F.avgPool2d(h, 2).flatten(1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 10, step: stepOf(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "batch norm of examples that come one by one",
    causes: ["norm-over-one-element"],
    build(broken) {
      const [x, y] = clouds(32, 6, 2);
      const model = new nn.Sequential(
        new nn.Linear(6, 12),
        new nn.BatchNorm1d(12),
        new nn.ReLU(),
        new nn.Linear(12, 2),
      );
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step(_b, i) {
          const size = broken ? 1 : 8;
          const from = (i * size) % 32;
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x.narrow(0, from, size)), y.narrow(0, from, size));
          loss.backward();
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "accumulated gradients that are cleared in every part",
    causes: ["cleared-before-update", "gradients-cleared"],
    build(broken) {
      const [x, y] = clouds(40, 6, 3);
      const model = new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        step() {
          let total = 0;
          if (!broken) optimizer.zeroGrad();
          for (let k = 0; k < 4; k++) {
            const loss = F.crossEntropy(model.forward(x.narrow(0, 10 * k, 10)), y.narrow(0, 10 * k, 10)).div(4);
            loss.backward();
            total += loss.item();
            if (broken) optimizer.zeroGrad();
          }
          optimizer.step();
          return total;
        },
      };
    },
  },
];
