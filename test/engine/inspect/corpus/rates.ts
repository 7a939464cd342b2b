/** Programs with unsuitable settings of the optimizer. */
import { F, nn, optim, type Tensor } from "tapelab";
import { bars, clouds, curve, type Program, tokens } from "./program.ts";

const classifier = (): nn.Sequential => new nn.Sequential(new nn.Linear(4, 24), new nn.ReLU(), new nn.Linear(24, 3));

class Bigram extends nn.Module {
  embed = new nn.Embedding(11, 12);
  mix = new nn.Linear(12, 24);
  out = new nn.Linear(24, 11);
  override forward(x: Tensor): Tensor {
    return this.out.forward(this.mix.forward(this.embed.forward(x)).gelu());
  }
}

export const rates: readonly Program[] = [
  {
    name: "regression that explodes with a learning rate of 2",
    causes: ["learning-rate-too-large"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 32), new nn.ReLU(), new nn.Linear(32, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: broken ? 2 : 0.05 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "Adam with a learning rate of 1",
    causes: ["learning-rate-too-large"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(
        new nn.Linear(4, 32),
        new nn.Tanh(),
        new nn.Linear(32, 32),
        new nn.Tanh(),
        new nn.Linear(32, 3),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: broken ? 3 : 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "classifier with a learning rate of 1e-8",
    causes: ["learning-rate-too-small"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = classifier();
      const optimizer = new optim.SGD(model.parameters(), { lr: broken ? 1e-8 : 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "token model whose Adam has lr 1e-7",
    causes: ["learning-rate-too-small"],
    build(broken) {
      const [x, y] = tokens(16, 8, 11);
      const model = new Bigram();
      const optimizer = new optim.AdamW(model.parameters(), { lr: broken ? 1e-8 : 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).flatten(0, 1), y.flatten()) };
    },
  },
  {
    name: "schedule that multiplies the rate with a factor of 0 at the start",
    causes: ["learning-rate-zero"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = classifier();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      let n = 0;
      return {
        model,
        optimizer,
        step() {
          const warmup = broken ? Math.floor(n / 1000) : Math.min(1, (n + 1) / 10);
          optimizer.lr = 0.01 * warmup;
          n++;
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "decay of each epoch applied in each step",
    causes: ["learning-rate-collapses"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.Flatten(), new nn.Linear(144, 2));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          optimizer.lr *= broken ? 0.5 : 0.999;
          return loss;
        },
      };
    },
  },
  {
    name: "weight decay of 5",
    causes: ["weight-decay-wins"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = classifier();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, weightDecay: broken ? 5 : 1e-4 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "momentum of 1",
    causes: ["momentum-too-high"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.02, momentum: broken ? 1 : 0.9 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "eps of Adam set to 1",
    causes: ["adam-eps-too-large"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = classifier();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.005, eps: broken ? 1 : 1e-8 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "gradients clipped to a norm of 1e-6",
    causes: ["gradients-clipped-away"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.mseLoss(model.forward(x), y);
          loss.backward();
          nn.utils.clipGradNorm_(model.parameters(), broken ? 1e-6 : 1);
          optimizer.step();
          return loss;
        },
      };
    },
  },
];
