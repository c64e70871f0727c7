"""Golden numbers of AtomNAS (Mei et al. 2020), by PyTorch's automatic differentiation of what its published code writes down.

usage: /usr/bin/python3 scripts/golden/make-atom-golden.py [OUT] [--seed 0]
OUT: test/golden/atom.json unless it is told otherwise. Needs PyTorch (made with Debian's python3-torch, 1.13).

One small chain of two layers of windows side by side, its values, and two batches; then
  loss     cross entropy, and price * sum of c_i |scale_i| by the multiply-accumulates of a channel over their mean (`prune.py`, `get_bn_to_prune`, `cal_bn_l1_loss`)
  step     SGD with momentum and decay on the sum of both, whose gradients are clipped together
  living   channels whose scale or its moving average is above a threshold (`train.py`, `shrink_model`), rounded up to multiples of 4 by the largest of the others
  after    the network without the others: logits in use, and another step on another batch, with the velocities that are left
Inputs and parameters are float32 numbers, everything is computed in float64. Arrays have this project's layouts: NHWC images, HWIO filters.
"""
import argparse, json, os
import torch
import torch.nn.functional as F

BATCH, HEIGHT, WIDTH, COLOURS, CHANNELS, CLASSES = 6, 6, 4, 3, 4, 3
WINDOWS, EXPANSION, STRIDES = (3, 5, 7), 6, (1, 2)
RATE, MOMENTUM, DECAY, CLIP = 0.05, 0.9, 3e-4, 1.5
PRICE, THRESHOLD = 0.02, 1e-3


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def norm_values(name, count):
    return {f"{name}.scale": (1 + draw(count, scale=0.3)).float().double(), f"{name}.shift": draw(count, scale=0.5)}


def parameters():
    p = {"stem.filter": draw(3, 3, COLOURS, CHANNELS, scale=0.5), **norm_values("stem.norm", CHANNELS),
         "first.filter.depthwise": draw(3, 3, CHANNELS, scale=0.5), **norm_values("first.filter.norm", CHANNELS),
         "first.project.pointwise": draw(CHANNELS, CHANNELS, scale=0.5), **norm_values("first.project.norm", CHANNELS)}
    hidden = EXPANSION * CHANNELS
    for layer in range(len(STRIDES)):
        for k in WINDOWS:
            own = f"stage{layer}.layer0.atoms_{k}x{k}"
            p |= {f"{own}.expand.pointwise": draw(CHANNELS, hidden, scale=0.5), **norm_values(f"{own}.expand.norm", hidden),
                  f"{own}.filter.depthwise": draw(k, k, hidden, scale=0.3), **norm_values(f"{own}.filter.norm", hidden),
                  f"{own}.project.pointwise": draw(hidden, CHANNELS, scale=0.3)}
            # Of either sign, and some at the kink of their size.
            p[f"{own}.filter.norm.scale"] *= torch.randint(0, 2, (hidden,)) * 2 - 1
            p[f"{own}.filter.norm.scale"][:3] = 0
        p |= norm_values(f"stage{layer}.layer0.atoms.norm", CHANNELS)
    p |= {"head.pointwise": draw(CHANNELS, CHANNELS, scale=0.5), **norm_values("head.norm", CHANNELS),
          "classifier.weight": draw(CHANNELS, CLASSES), "classifier.bias": draw(CLASSES)}
    return p


class Net:
    """`p`: parameters, `s`: running statistics, by name."""

    def __init__(self, p, s, training):
        self.p, self.s, self.training, self.macs = p, s, training, {}

    def norm(self, name, x):
        mean, var = self.s[f"{name}.runningMean"], self.s[f"{name}.runningVariance"]
        return F.batch_norm(x, mean, var, self.p[f"{name}.scale"], self.p[f"{name}.shift"], self.training, 0.1, 1e-5)

    def pointwise(self, name, x):
        return F.conv2d(x, self.p[f"{name}.pointwise"].t()[:, :, None, None])

    def depthwise(self, name, x, stride):
        w = self.p[f"{name}.depthwise"]
        return F.conv2d(x, w.permute(2, 0, 1)[:, None], stride=stride, padding=w.shape[0] // 2, groups=w.shape[2])

    def atoms(self, name, x, stride):
        total = 0
        for k in WINDOWS:
            own = f"{name}.atoms_{k}x{k}"
            if f"{own}.expand.pointwise" not in self.p:
                continue
            wide = F.relu6(self.norm(f"{own}.expand.norm", self.pointwise(f"{own}.expand", x)))
            filtered = F.relu6(self.norm(f"{own}.filter.norm", self.depthwise(f"{own}.filter", wide, stride)))
            total = total + self.pointwise(f"{own}.project", filtered)
            pixels = filtered.shape[2] * filtered.shape[3]
            self.macs[f"{own}.filter.norm.scale"] = x.shape[2] * x.shape[3] * CHANNELS + pixels * (k * k + CHANNELS)
        y = self.norm(f"{name}.atoms.norm", total)
        return x + y if stride == 1 else y

    def __call__(self, x):
        x = F.relu6(self.norm("stem.norm", F.conv2d(x, self.p["stem.filter"].permute(3, 2, 0, 1), padding=1)))
        x = F.relu6(self.norm("first.filter.norm", self.depthwise("first.filter", x, 1)))
        x = self.norm("first.project.norm", self.pointwise("first.project", x))
        for layer, stride in enumerate(STRIDES):
            x = self.atoms(f"stage{layer}.layer0", x, stride)
        x = F.relu6(self.norm("head.norm", self.pointwise("head", x)))
        return x.mean((2, 3)) @ self.p["classifier.weight"] + self.p["classifier.bias"]


def batch():
    x, y = draw(BATCH, COLOURS, HEIGHT, WIDTH), torch.randint(0, CLASSES, (BATCH,))
    return x, y, {"images": x.permute(0, 2, 3, 1).reshape(-1).tolist(), "labels": y.tolist()}


def flat(tensors):
    """Nine digits are as many as a float32 has."""
    return {name: [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()] for name, t in tensors.items()}


def costs(net, p):
    """c_i, one number for all channels of a window."""
    counts = {name: p[name].numel() for name in net.macs}
    mean = sum(counts[name] * macs for name, macs in net.macs.items()) / sum(counts.values())
    return {name: macs / mean for name, macs in net.macs.items()}


def step(p, s, velocities, weights, x, y):
    """In place, by `torch.optim.SGD`; the losses before it."""
    leaves = {name: t.clone().requires_grad_(True) for name, t in p.items()}
    net = Net(leaves, s, True)
    loss = F.cross_entropy(net(x), y)
    weights = costs(net, leaves) if weights is None else weights
    penalty = sum(PRICE * weights[name] * leaves[name].abs().sum() for name in net.macs)
    (loss + penalty).backward()
    norm = torch.nn.utils.clip_grad_norm_(leaves.values(), CLIP)
    sgd = torch.optim.SGD(leaves.values(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    for name, q in leaves.items():
        sgd.state[q]["momentum_buffer"] = velocities[name].clone()
    sgd.step()
    for name, q in leaves.items():
        p[name], velocities[name] = q.detach().clone(), sgd.state[q]["momentum_buffer"].clone()
    return {"loss": loss.item(), "penalty": penalty.item(), "gradientNorm": norm.item(), "parameters": flat(p)}, weights


def living(scales, averages):
    kept = []
    for scale, average in zip(scales, averages):
        size = torch.maximum(scale.abs(), average.abs())
        count = int(((scale.abs() > THRESHOLD) | (average.abs() > THRESHOLD)).sum())
        kept.append(sorted(size.argsort(descending=True, stable=True)[:4 * -(-count // 4)].tolist()))
    return kept


AXIS = {"expand.pointwise": 1, "filter.depthwise": 2, "project.pointwise": 0}


def without(tensors, own, kept):
    """The parts of a window that stay; nothing of one that has none."""
    for name in [name for name in tensors if name.startswith(f"{own}.")]:
        rest = name[len(own) + 1:].replace("/velocity", "")
        if not kept:
            del tensors[name]
        else:
            tensors[name] = tensors[name].index_select(AXIS.get(rest, 0), torch.tensor(kept))


here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("out", nargs="?", default=os.path.join(here, "../../test/golden/atom.json"))
p.add_argument("--seed", type=int, default=0)
a = p.parse_args()
torch.manual_seed(a.seed)
torch.set_num_threads(1)

values = parameters()
velocities = {name: draw(*t.shape, scale=0.1) for name, t in values.items()}
statistics = {}
for name in [name[:-6] for name in values if name.endswith(".scale")]:
    count = values[f"{name}.scale"].numel()
    statistics |= {f"{name}.runningMean": draw(count, scale=0.2), f"{name}.runningVariance": (0.5 + torch.rand(count)).float().double()}
first_x, first_y, first = batch()
second_x, second_y, second = batch()
golden = {"madeWith": f"torch {torch.__version__}, seed {a.seed}", "parameters": flat(values), "velocities": flat(velocities),
          "statistics": flat(statistics), "first": first, "second": second,
          "options": {"learningRate": RATE, "momentum": MOMENTUM, "weightDecay": DECAY, "clipNorm": CLIP, "price": PRICE, "deadScale": THRESHOLD}}

golden["step"], weights = step(dict(values), dict((n, t.clone()) for n, t in statistics.items()), dict(velocities), None, first_x, first_y)
golden["weights"] = weights

# Some channels die: by scale and average, by the scale alone, by the average alone, and one window as a whole.
windows = [f"stage{layer}.layer0.atoms_{k}x{k}" for layer in range(len(STRIDES)) for k in WINDOWS]
averages = {}
for index, own in enumerate(windows):
    name = f"{own}.filter.norm.scale"
    average = values[name].clone()
    dead = torch.rand(24) < (1.1 if index == 4 else 0.15 * (index + 1))
    values[name][dead] = 0.0
    average[dead] = draw(int(dead.sum()), scale=1e-4)
    alone = torch.rand(24) < 0.15
    if index != 4:
        values[name][alone] = 0.0
        average[torch.rand(24) < 0.15] = 0.0
    averages[name] = average
golden["dead"] = {"scales": flat({name: values[name] for name in averages}), "averages": flat(averages)}
scales = [values[f"{own}.filter.norm.scale"] for own in windows]
golden["living"] = living(scales, [averages[f"{own}.filter.norm.scale"] for own in windows])
golden["logits"] = Net(values, statistics, False)(second_x).reshape(-1).tolist()
for own, kept in zip(windows, golden["living"]):
    gone = [channel for channel in range(24) if channel not in kept]
    constants = F.relu6(values[f"{own}.filter.norm.shift"][gone]) @ values[f"{own}.project.pointwise"][gone]
    statistics[f"{own.rsplit('.', 1)[0]}.atoms.norm.runningMean"] -= constants
    for tensors in (values, velocities, statistics):
        without(tensors, own, kept)
shrunk = Net(values, statistics, False)(second_x).reshape(-1)
assert (shrunk - torch.tensor(golden["logits"], dtype=torch.float64)).abs().max() < 1e-12
golden["after"], _ = step(values, statistics, velocities, weights, second_x, second_y)
with open(a.out, "w") as f:
    json.dump(golden, f, separators=(",", ":"))
    f.write("\n")
