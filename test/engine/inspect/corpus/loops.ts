/** Programs whose training loop is broken. */
import { cat, F, nn, noGrad, optim, type Tensor, tensor, zeros } from "tapelab";
import { bars, clouds, curve, type Program, sequences, tokens } from "./program.ts";

const regressor = (width = 24): nn.Sequential =>
  new nn.Sequential(new nn.Linear(2, width), new nn.Tanh(), new nn.Linear(width, 1));

class Counter extends nn.Module {
  cell = new nn.LSTMCell(1, 12);
  out = new nn.Linear(12, 2);
  override forward(x: Tensor, state: readonly [Tensor, Tensor]): [Tensor, Tensor, Tensor] {
    let [h, c] = state;
    for (let t = 0; t < x.shape[1]; t++) [h, c] = this.cell.forward(x.select(1, t), [h, c]);
    return [this.out.forward(h), h, c];
  }
}

class Language extends nn.Module {
  embed = new nn.Embedding(9, 8);
  lstm = new nn.LSTM(8, 16, { batchFirst: true });
  out = new nn.Linear(16, 9);
  override forward(x: Tensor): Tensor {
    const [h] = this.lstm.forward(this.embed.forward(x));
    return this.out.forward(h);
  }
}

export const loops: readonly Program[] = [
  {
    name: "training loop without zeroGrad",
    causes: ["gradients-accumulate"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = regressor();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          const loss = F.mseLoss(model.forward(x), y);
          if (!broken) optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "language model that never clears its gradients, with Adam",
    causes: ["gradients-accumulate"],
    build(broken) {
      const [x, y] = tokens(16, 8, 9);
      const model = new Language();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          const logits = model.forward(x);
          const loss = F.crossEntropy(logits.reshape([-1, 9]), y.reshape([-1]));
          loss.backward();
          optimizer.step();
          if (!broken) model.zeroGrad();
          return loss;
        },
      };
    },
  },
  {
    name: "zeroGrad between backward and step",
    causes: ["cleared-before-update"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          if (!broken) optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          if (broken) optimizer.zeroGrad();
          optimizer.step();
        },
      };
    },
  },
  {
    name: "step before backward",
    causes: ["update-before-backward"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 16), new nn.ReLU(), new nn.Linear(16, 2));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          if (broken) optimizer.step();
          loss.backward();
          if (!broken) optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "forgotten optimizer.step()",
    causes: ["no-update"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = regressor();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.smoothL1Loss(model.forward(x), y);
          loss.backward();
          if (!broken) optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "forgotten loss.backward()",
    causes: ["no-backward"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Linear(4, 3);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          if (!broken) loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "gradient descent by hand that adds the gradient",
    causes: ["update-uphill"],
    build(broken) {
      const [x, y] = curve(64, 3);
      const w = zeros([3, 1], { requiresGrad: true });
      const b = zeros([1], { requiresGrad: true });
      return {
        model: { w, b },
        step() {
          const loss = x.matmul(w).add(b).sub(y).square().mean();
          loss.backward();
          noGrad(() => {
            for (const p of [w, b]) {
              const g = p.grad as Tensor;
              if (broken) p.add_(g.mul(0.1));
              else p.sub_(g.mul(0.1));
              p.grad = null;
            }
          });
          return loss;
        },
      };
    },
  },
  {
    name: "loss with a minus sign",
    causes: ["loss-sign"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        loss() {
          const l = F.crossEntropy(model.forward(x), y);
          return broken ? l.neg() : l;
        },
      };
    },
  },
  {
    name: "hidden state of an LSTM cell that is never detached",
    causes: ["state-carried-over"],
    build(broken) {
      const [x, y] = sequences(16, 5);
      const model = new Counter();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      let state: [Tensor, Tensor] = [zeros([16, 12]), zeros([16, 12])];
      return {
        model,
        optimizer,
        steps: 8,
        step() {
          optimizer.zeroGrad();
          const [logits, h, c] = model.forward(x, state);
          const loss = F.crossEntropy(logits, y);
          loss.backward();
          optimizer.step();
          state = broken ? [h, c] : [h.detach(), c.detach()];
          return loss;
        },
      };
    },
  },
  {
    name: "state kept with retainGraph, with gradients applied by hand",
    causes: ["state-carried-over"],
    build(broken) {
      const [x, y] = curve(20, 2);
      const cell = new nn.Linear(10, 8);
      const out = new nn.Linear(8, 1);
      let h = zeros([20, 8]);
      const optimizer = new optim.SGD([...cell.parameters(), ...out.parameters()], { lr: 1e-3 });
      return {
        model: [cell, out],
        optimizer,
        steps: 6,
        step() {
          optimizer.zeroGrad();
          h = cell.forward(cat([x, h], 1)).tanh();
          const loss = F.mseLoss(out.forward(h), y);
          loss.backward({ retainGraph: broken });
          noGrad(() => {
            for (const p of optimizer.parameters) p.copy_(p.sub((p.grad as Tensor).mul(1e-3)));
          });
          if (!broken) h = h.detach();
          return loss;
        },
      };
    },
  },
  {
    name: "forward called once, before the loop",
    causes: ["forward-before-loop"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = regressor();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      const early = model.forward(x);
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.mseLoss(broken ? early : model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "running sum of losses with their graphs",
    causes: ["graph-kept"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      let total = tensor(0);
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          total = total.add(broken ? loss : loss.detach());
          return loss;
        },
      };
    },
  },
  {
    name: "optimizer created in every step",
    causes: ["optimizer-remade"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = regressor();
      const once = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        step() {
          const optimizer = broken ? new optim.Adam(model.parameters(), { lr: 0.01 }) : once;
          optimizer.zeroGrad();
          const loss = F.mseLoss(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "best weights loaded again in every step",
    causes: ["weights-restored"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const saved = Object.fromEntries(Object.entries(model.stateDict()).map(([k, v]) => [k, v.clone()]));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      let started = false;
      return {
        model,
        optimizer,
        step() {
          if (broken || !started) model.loadStateDict(saved);
          started = true;
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
];
