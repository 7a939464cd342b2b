/** Programs whose loss does not fit the head of the model. */
import { F, nn, optim, type Tensor, tensor } from "tapelab";
import { bars, clouds, curve, type Program, sequences } from "./program.ts";

class Classifier extends nn.Module {
  fc1 = new nn.Linear(4, 16);
  fc2 = new nn.Linear(16, 3);
  readonly head: (logits: Tensor) => Tensor;
  constructor(head: (logits: Tensor) => Tensor) {
    super();
    this.head = head;
  }
  override forward(x: Tensor): Tensor {
    return this.head(this.fc2.forward(this.fc1.forward(x).relu()));
  }
}

class BarNet extends nn.Module {
  conv = new nn.Conv2d(1, 6, 3, { padding: 1 });
  pool = new nn.MaxPool2d(2);
  fc = new nn.Linear(6 * 4 * 4, 2);
  readonly last: nn.Module;
  constructor(last: nn.Module) {
    super();
    this.last = last;
  }
  override forward(x: Tensor): Tensor {
    const h = this.pool.forward(this.conv.forward(x).relu());
    return (this.last as nn.Identity).forward(this.fc.forward(h.flatten(1)));
  }
}

export const heads: readonly Program[] = [
  {
    name: "multilayer perceptron with a softmax layer, trained with cross-entropy",
    causes: ["softmax-twice"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const layers = [new nn.Linear(4, 32), new nn.ReLU(), new nn.Linear(32, 3)];
      const model = broken ? new nn.Sequential(...layers, new nn.Softmax(1)) : new nn.Sequential(...layers);
      const criterion = new nn.CrossEntropyLoss();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step: () => {
          optimizer.zeroGrad();
          const loss = criterion.forward(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "convolutional network whose forward returns probabilities",
    causes: ["softmax-twice"],
    build(broken) {
      const [x, y] = bars(40);
      const model = new BarNet(broken ? new nn.Softmax(1) : new nn.Identity());
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "sigmoid at the end of a classifier of several classes",
    causes: ["sigmoid-twice"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Classifier((z) => (broken ? z.sigmoid() : z));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "binary classifier with a sigmoid and BCEWithLogitsLoss",
    causes: ["sigmoid-twice"],
    build(broken) {
      const [x, y] = clouds(50, 3, 2);
      const target = y.to("float32").unsqueeze(1);
      const layers: nn.Module[] = [new nn.Linear(3, 12), new nn.Tanh(), new nn.Linear(12, 1)];
      if (broken) layers.push(new nn.Sigmoid());
      const model = new nn.Sequential(...(layers as nn.Linear[]));
      const criterion = new nn.BCEWithLogitsLoss();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: (p: Tensor, t: Tensor) => criterion.forward(p, t), data: [x, target] };
    },
  },
  {
    name: "relu left after the last layer of a classifier",
    causes: ["relu-on-output"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3, 8);
      const model = new Classifier((z) => (broken ? z.relu() : z));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "regression with a relu on the output and negative targets",
    causes: ["relu-on-output"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const layers: nn.Module[] = [new nn.Linear(2, 24), new nn.ReLU(), new nn.Linear(24, 1)];
      if (broken) layers.push(new nn.ReLU());
      const model = new nn.Sequential(...(layers as nn.Linear[]));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "NLLLoss on logits",
    causes: ["missing-log-softmax"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Classifier((z) => (broken ? z : z.logSoftmax(1)));
      const criterion = new nn.NLLLoss();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => criterion.forward(model.forward(x), y) };
    },
  },
  {
    name: "NLLLoss on the output of softmax",
    causes: ["missing-log-softmax"],
    build(broken) {
      const [x, y] = sequences(48, 6);
      const model = new nn.Sequential(
        new nn.Flatten(),
        new nn.Linear(6, 16),
        new nn.ReLU(),
        new nn.Linear(16, 2),
        broken ? new nn.Softmax(1) : new nn.LogSoftmax(1),
      );
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.nllLoss(model.forward(x), y) };
    },
  },
  {
    name: "BCELoss on logits",
    causes: ["logits-into-bce"],
    build(broken) {
      const [x, y] = clouds(50, 3, 2);
      const target = y.to("float32");
      const model = new nn.Sequential(new nn.Linear(3, 8), new nn.ReLU(), new nn.Linear(8, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const z = model.forward(x).squeeze(1);
          const loss = F.binaryCrossEntropy(broken ? z : z.sigmoid(), target);
          loss.backward();
          optimizer.step();
        },
      };
    },
  },
  {
    name: "distillation with KLDivLoss on probabilities",
    causes: ["kl-without-log"],
    build(broken) {
      const [x] = clouds(60, 4, 3);
      const teacher = new Classifier((z) => z.mul(3).softmax(1));
      const student = new nn.Linear(4, 3);
      const soft = teacher.forward(x).detach();
      const optimizer = new optim.Adam(student.parameters(), { lr: 0.05 });
      return {
        model: student,
        optimizer,
        loss() {
          const z = student.forward(x);
          return F.klDiv(broken ? z.softmax(1) : z.logSoftmax(1), soft, { reduction: "batchmean" });
        },
      };
    },
  },
  {
    name: "softmax over dimension 0 of a batch",
    causes: ["softmax-over-batch"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Classifier((z) => z.logSoftmax(broken ? 0 : 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.nllLoss(model.forward(x), y) };
    },
  },
  {
    name: "one output with softmax for two classes",
    causes: ["softmax-of-one"],
    build(broken) {
      const [x, y] = clouds(50, 3, 2);
      const target = y.to("float32").unsqueeze(1);
      const model = new nn.Sequential(
        new nn.Linear(3, 8),
        new nn.ReLU(),
        new nn.Linear(8, 1),
        broken ? new nn.Softmax(1) : new nn.Sigmoid(),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: () => F.binaryCrossEntropy(model.forward(x), target) };
    },
  },
  {
    name: "labels of -1 and 1 with binary cross-entropy",
    causes: ["binary-target-range"],
    build(broken) {
      const [x, y] = clouds(50, 3, 2);
      const target = broken ? y.to("float32").mul(2).sub(1) : y.to("float32");
      const model = new nn.Sequential(new nn.Linear(3, 8), new nn.ReLU(), new nn.Linear(8, 1), new nn.Flatten(0));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: () => F.binaryCrossEntropyWithLogits(model.forward(x), target) };
    },
  },
  {
    name: "autoencoder with tanh at the end and pixels from 0 to 255",
    causes: ["unreachable-targets"],
    build(broken) {
      const [images] = bars(32);
      const pixels = images.flatten(1).clamp(0, 1);
      const target = broken ? pixels.mul(255) : pixels;
      const model = new nn.Sequential(new nn.Linear(64, 16), new nn.ReLU(), new nn.Linear(16, 64), new nn.Tanh());
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(pixels), target) };
    },
  },
  {
    name: "several labels at once with cross-entropy",
    causes: ["targets-not-probabilities"],
    build(broken) {
      const [x] = clouds(60, 4, 3);
      const target = tensor(Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, i % 2, i % 3 === 0 ? 0 : 1]));
      const model = new Classifier((z) => z);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss: () => (broken ? F.crossEntropy : F.binaryCrossEntropyWithLogits)(model.forward(x), target),
      };
    },
  },
];
