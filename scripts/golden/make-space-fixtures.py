"""Golden numbers of the chain of inverted residuals (ProxylessNAS) and of NAS-Bench-201, from plain PyTorch.

usage: /usr/bin/python3 scripts/golden/make-space-fixtures.py [OUT] [--seed 0]
OUT: test/golden/spaces.safetensors unless it is told otherwise. Needs PyTorch (made with Debian's python3-torch, 1.13).

Names are those of this project (`stage0.layer1.mb3_5x5.expand.pointwise`), layouts are PyTorch's: NCHW images, OIHW
filters. Inputs and parameters are float32 numbers; everything is computed in float64 and rounded to float32 once, when
it is saved. No value that enters a ReLU or a ReLU6 lies near a kink (draws are repeated until that holds), so rounding
cannot send a device to the other side.

CASE/input, param/*, output, cotangent, grad/*, buffer/*, output_eval    a block, an operation or a reduction
network/NAME/param/*, mixture/*, batch/*, first/*, trajectory/*, final/*  a small network: one batch, then steps of SGD
"""
import argparse, json, os, struct
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

KINK_MARGIN = {"operation": 2e-5, "network": 1e-4}
STEPS = 3


class NearKink(Exception):
    pass


class Activation(nn.Module):
    """ReLU or ReLU6 that refuses values within `margin` of where its derivative jumps, and counts what it cuts off."""
    margin, above_six = 0.0, 0

    def __init__(self, six):
        super().__init__()
        self.six = six

    def forward(self, x):
        for kink in (0, 6) if self.six else (0,):
            if (x.detach() - kink).abs().min() < Activation.margin:
                raise NearKink()
        if not self.six:
            return F.relu(x)
        Activation.above_six += int((x.detach() > 6).sum())
        return F.relu6(x)


class Convolution(nn.Module):
    """Optional activation before, convolution without bias, optional batch norm, optional activation after."""

    def __init__(self, c_in, c_out, size, stride=1, groups=1, before=None, norm=True, affine=True, after=None):
        super().__init__()
        self.before, self.after = before or nn.Identity(), after or nn.Identity()
        self.conv = nn.Conv2d(c_in, c_out, size, stride, size // 2, groups=groups, bias=False)
        self.norm = batch_norm(c_out, affine) if norm else nn.Identity()

    def forward(self, x):
        return self.after(self.norm(self.conv(self.before(x))))


def batch_norm(channels, affine=True):
    return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1, affine=affine)


class Bottleneck(nn.Module):
    """Inverted residual of MobileNetV2, linear at its end."""

    def __init__(self, c_in, c_out, expansion, size, stride, affine, shortcut=False):
        super().__init__()
        wide, six = expansion * c_in, Activation(True)
        self.shortcut = shortcut
        self.expand = Convolution(c_in, wide, 1, affine=affine, after=six) if expansion > 1 else nn.Identity()
        self.filter = Convolution(wide, wide, size, stride, groups=wide, affine=affine, after=six)
        self.project = Convolution(wide, c_out, 1, affine=affine)

    def forward(self, x):
        y = self.project(self.filter(self.expand(x)))
        return x + y if self.shortcut else y


def block(name, c_in, c_out, stride, affine, shortcut=False):
    return Bottleneck(c_in, c_out, int(name[2]), int(name[4]), stride, affine, shortcut)


class Weighted(nn.Module):
    """What a group keeps: candidates by name, and a weight for each unless the network is a derived one."""

    def __init__(self, candidates, weighted):
        super().__init__()
        for name, module in candidates.items():
            self.add_module(name, module)
        self.names, self.weighted = list(candidates), weighted

    def forward(self, x, weights):
        return sum((weights[i] if self.weighted else 1) * getattr(self, n)(x) for i, n in enumerate(self.names))


class Zero(nn.Module):
    def forward(self, x):
        return x * 0


class Chain(nn.Module):
    """`stages`: (channels, stride, kept choices of each layer)."""

    def __init__(self, stem, first, stages, head, classes, affine, weighted):
        super().__init__()
        self.stem = Convolution(3, stem[0], 3, stem[1], after=Activation(True))
        self.first = Bottleneck(stem[0], first, 1, 3, 1, True)
        self.layers, before, self.groups = [], first, {}
        for i, (channels, first_stride, layers) in enumerate(stages):
            stage = nn.Module()
            for j, kept in enumerate(layers):
                stride = first_stride if j == 0 else 1
                modules = {n: Zero() if n == "identity" else block(n, before, channels, stride, affine) for n in kept}
                layer = Weighted(modules, weighted)
                stage.add_module(f"layer{j}", layer)
                self.layers.append((f"stage{i}.layer{j}", layer, stride == 1 and before == channels))
                self.groups[f"stage{i}.layer{j}"] = len(kept)
                before = channels
            self.add_module(f"stage{i}", stage)
        self.head = Convolution(before, head, 1, after=Activation(True))
        self.classifier = nn.Linear(head, classes)

    def forward(self, x, mixture):
        x = self.first(self.stem(x))
        for name, layer, shortcut in self.layers:
            y = layer(x, mixture.get(name))
            x = x + y if shortcut else y
        return self.classifier(self.head(x).mean((2, 3)))


def operation(name, channels, affine):
    if name == "none":
        return Zero()
    if name == "skip_connect":
        return nn.Identity()
    if name == "avg_pool_3x3":
        return nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    size = {"nor_conv_1x1": 1, "nor_conv_3x3": 3}[name]
    return Convolution(channels, channels, size, before=Activation(False), affine=affine)


class Reduction(nn.Module):
    """Residual block of the benchmark (ResNetBasicblock of stride 2), or only its shortcut and batch norm."""

    def __init__(self, c_in, kind, even):
        super().__init__()
        # The benchmark's images have even sizes; odd ones are halved by windows of 3x3.
        self.pool = nn.AvgPool2d(2, 2) if even else nn.AvgPool2d(3, 2, 1, count_include_pad=False)
        self.shortcut = Convolution(c_in, 2 * c_in, 1, norm=kind == "pool")
        self.residual = kind == "residual"
        if self.residual:
            self.first = Convolution(c_in, 2 * c_in, 3, 2, before=Activation(False))
            self.second = Convolution(2 * c_in, 2 * c_in, 3, before=Activation(False))

    def forward(self, x):
        y = self.shortcut(self.pool(x))
        return y + self.second(self.first(x)) if self.residual else y


class Cell(nn.Module):
    """`kept`: the operations of each edge, in the order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3."""
    EDGES = [(source, target) for target in (1, 2, 3) for source in range(target)]

    def __init__(self, channels, kept, affine, weighted):
        super().__init__()
        for (source, target), names in zip(self.EDGES, kept):
            edge = Weighted({n: operation(n, channels, affine) for n in names}, weighted)
            self.add_module(f"edge{source}-{target}", edge)

    def forward(self, x, mixture):
        nodes = [x]
        for target in (1, 2, 3):
            names = [f"edge{source}-{target}" for source in range(target)]
            nodes.append(sum(getattr(self, n)(nodes[s], mixture.get(n)) for s, n in enumerate(names)))
        return nodes[3]


class Benchmark(nn.Module):
    def __init__(self, channels, kept, reduction, sizes, classes, affine, weighted):
        super().__init__()
        self.groups = {f"edge{s}-{t}": len(names) for (s, t), names in zip(Cell.EDGES, kept)}
        self.stem = Convolution(3, channels, 3)
        self.stages, self.reductions = nn.ModuleList(), nn.ModuleList()
        for i in range(3):
            if i > 0:
                self.reductions.append(Reduction(channels, reduction, all(n % 2 == 0 for n in sizes)))
                channels, sizes = 2 * channels, [(n + 1) // 2 for n in sizes]
            stage = nn.Module()
            stage.cells = nn.ModuleList([Cell(channels, kept, affine, weighted)])
            self.stages.append(stage)
        self.last = nn.Module()
        self.last.norm, self.last.activation = batch_norm(channels), Activation(False)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x, mixture):
        x = self.stem(x)
        for i, stage in enumerate(self.stages):
            x = stage.cells[0](self.reductions[i - 1](x) if i > 0 else x, mixture)
        return self.classifier(self.last.activation(self.last.norm(x)).mean((2, 3)))


NORM = {"weight": "scale", "bias": "shift", "running_mean": "runningMean", "running_var": "runningVariance"}


def named(module, tensors):
    """This project's names of parameters or buffers of a module."""
    modules = dict(module.named_modules())
    for name, tensor in tensors:
        path, _, attribute = name.rpartition(".")
        owner = modules[path]
        if isinstance(owner, nn.BatchNorm2d):
            if attribute == "num_batches_tracked":
                continue
            role = NORM[attribute]
        elif isinstance(owner, nn.Conv2d):
            role = "depthwise" if owner.groups > 1 else "pointwise" if owner.kernel_size == (1, 1) else "filter"
        else:
            role = attribute
        yield ".".join([part for part in path.split(".") if part not in ("", "conv")] + [role]), tensor


def parameters(module):
    return list(named(module, module.named_parameters()))


def buffers(module):
    return list(named(module, module.named_buffers()))


def draw(*shape):
    """Float32 numbers in float64."""
    return torch.randn(*shape).double()


def randomise(module):
    """Scale and shift are such that some values go beyond 6."""
    module.double()
    with torch.no_grad():
        for name, q in parameters(module):
            values = draw(*q.shape)
            if name.endswith("scale"):
                values = 2 + 0.5 * values
            elif name.endswith("shift"):
                values = 0.7 * values + 1
            elif q.dim() > 1:
                values = 0.3 * values
            q.copy_(values.float().double())


def again(what, make):
    """Calls `make` until nothing in it comes near a kink."""
    Activation.margin = KINK_MARGIN[what]
    for attempt in range(10000):
        Activation.above_six = 0
        try:
            return make(), attempt
        except NearKink:
            continue
    raise RuntimeError("every draw came near a kink")


def record(module, x_shape):
    """Training-mode forward and backward, then the running statistics, then the inference-mode output."""
    def make():
        tensors = {}
        for q in module.modules():
            if isinstance(q, nn.BatchNorm2d):
                q.reset_running_stats()
        module.zero_grad(set_to_none=True)
        randomise(module)
        x = draw(*x_shape).requires_grad_(True)
        module.train()
        y = module(x)
        cotangent = draw(*y.shape)
        y.backward(cotangent)
        tensors["input"], tensors["output"], tensors["cotangent"], tensors["grad/input"] = x, y, cotangent, x.grad
        for name, q in parameters(module):
            tensors[f"param/{name}"], tensors[f"grad/{name}"] = q.clone(), q.grad.clone()
        for name, q in buffers(module):
            tensors[f"buffer/{name}"] = q.clone()
        module.eval()
        tensors["output_eval"] = module(x)
        return tensors
    tensors, _ = again("operation", make)
    return tensors


def record_network(build, batch, sizes, classes):
    def make():
        net = build()
        randomise(net)
        tensors = {f"param/{name}": q.clone() for name, q in parameters(net)}
        start = {name: q.clone() for name, q in net.state_dict().items()}
        mixture = {}
        if build.keywords["weighted"]:
            for name, count in net.groups.items():
                mixture[name] = (0.3 * draw(count) + 0.5).float().double().requires_grad_(True)
                tensors[f"mixture/{name}"] = mixture[name]
        batches = [(draw(batch, 3, *sizes), torch.randint(0, classes, (batch,))) for _ in range(STEPS)]
        for i, (x, y) in enumerate(batches):
            tensors[f"batch/{i}/image"], tensors[f"batch/{i}/label"] = x, y
        net.train()
        logits = net(batches[0][0], mixture)
        loss = F.cross_entropy(logits, batches[0][1])
        loss.backward()
        tensors["first/logits"], tensors["first/loss"] = logits, loss.reshape(1)
        for name, q in parameters(net):
            tensors[f"first/grad/{name}"] = q.grad.clone()
        for name, q in mixture.items():
            tensors[f"first/grad/mixture/{name}"] = q.grad.clone()
        # The steps start from the same parameters and from fresh running statistics.
        net.load_state_dict(start)
        sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=3e-4)
        losses, norms = [], []
        for x, y in batches:
            sgd.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(x, mixture), y)
            loss.backward()
            losses.append(loss.item())
            norms.append(float(torch.nn.utils.clip_grad_norm_(net.parameters(), 5)))
            sgd.step()
        tensors["trajectory/loss"], tensors["trajectory/gradient_norm"] = np.array(losses), np.array(norms)
        for name, q in parameters(net) + buffers(net):
            tensors[f"final/{name}"] = q.clone()
        net.eval()
        tensors["final/logits_eval"] = net(batches[0][0], mixture)
        return tensors
    return again("network", make)


class Recipe:
    """A network to be built anew for each draw."""

    def __init__(self, kind, **keywords):
        self.kind, self.keywords = kind, keywords

    def __call__(self):
        return self.kind(**self.keywords)


def save(path, tensors, metadata):
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for key, value in tensors.items():
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        value = np.ascontiguousarray(value.astype(np.int32 if value.dtype == np.int64 else np.float32))
        header[key] = {"dtype": "I32" if value.dtype == np.int32 else "F32", "shape": list(value.shape),
                       "data_offsets": [offset, offset + value.nbytes]}
        chunks.append(value.tobytes())
        offset += value.nbytes
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head + b"".join(chunks))


here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("out", nargs="?", default=os.path.join(here, "../../test/golden/spaces.safetensors"))
p.add_argument("--seed", type=int, default=0)
a = p.parse_args()
torch.manual_seed(a.seed)
torch.set_num_threads(1)

BLOCKS = ["mb3_3x3", "mb3_5x5", "mb3_7x7", "mb6_3x3", "mb6_5x5", "mb6_7x7"]

golden = {}


def add(case, tensors):
    for key, value in tensors.items():
        golden[f"{case}/{key}"] = value


for name in BLOCKS:
    for stride, channels, affine, sizes in ((1, 4, True, (5, 7)), (2, 8, True, (6, 5)), (2, 8, False, (5, 4))):
        module = block(name, 4, channels, stride, affine, shortcut=stride == 1)
        case = f"mobile/{name}/stride{stride}/{'affine' if affine else 'plain'}/{sizes[0]}x{sizes[1]}"
        add(case, record(module, (2, 4, *sizes)))
        assert Activation.above_six > 0 or not affine, case
for name in ("nor_conv_1x1", "nor_conv_3x3"):
    add(f"nas-bench-201/{name}/affine/5x7", record(operation(name, 4, True), (2, 4, 5, 7)))
    add(f"nas-bench-201/{name}/plain/6x4", record(operation(name, 4, False), (2, 4, 6, 4)))
for name in ("skip_connect", "avg_pool_3x3"):
    add(f"nas-bench-201/{name}/plain/5x7", record(operation(name, 4, False), (2, 4, 5, 7)))
for sizes in ((5, 7), (6, 4), (6, 5)):
    even = all(n % 2 == 0 for n in sizes)
    for kind in ("residual", "pool"):
        add(f"nas-bench-201/{kind}/{sizes[0]}x{sizes[1]}", record(Reduction(4, kind, even), (2, 4, *sizes)))
add("mobile/first/5x7", record(Bottleneck(4, 8, 1, 3, 1, True), (2, 4, 5, 7)))

NETWORKS = {
    "mobile": (dict(batch=4, sizes=(9, 11), classes=5), Recipe(
        Chain, stem=(4, 1), first=4, head=12, classes=5, affine=True, weighted=False, stages=[
            (4, 1, [["mb3_5x5"], ["identity"]]), (8, 2, [["mb6_3x3"], ["mb3_7x7"]]),
            (4, 1, [["mb6_5x5"]]), (8, 2, [["mb3_3x3"]]), (4, 1, [["mb6_7x7"]])])),
    "mobile-super-net": (dict(batch=4, sizes=(9, 8), classes=5), Recipe(
        Chain, stem=(4, 2), first=4, head=8, classes=5, affine=False, weighted=True, stages=[
            (4, 1, [["mb3_3x3", "identity"], ["mb3_5x5", "mb6_3x3"]]), (8, 2, [["mb3_7x7", "mb3_3x3"]])])),
    "nas-bench-201": (dict(batch=4, sizes=(8, 12), classes=5), Recipe(
        Benchmark, channels=4, reduction="residual", sizes=(8, 12), classes=5, affine=True, weighted=False, kept=[
            ["none"], ["nor_conv_3x3"], ["skip_connect"], ["avg_pool_3x3"], ["none"], ["nor_conv_1x1"]])),
    "nas-bench-201-super-net": (dict(batch=4, sizes=(7, 6), classes=5), Recipe(
        Benchmark, channels=4, reduction="pool", sizes=(7, 6), classes=5, affine=False, weighted=True, kept=[
            ["nor_conv_1x1", "none"], ["skip_connect", "avg_pool_3x3"], ["nor_conv_1x1", "skip_connect"],
            ["none", "avg_pool_3x3"], ["nor_conv_3x3", "none"], ["skip_connect", "nor_conv_1x1"]])),
}
for name, (data, recipe) in NETWORKS.items():
    tensors, repeats = record_network(recipe, **data)
    add(f"network/{name}", tensors)
    weights = sum(np.prod(v.shape) for k, v in tensors.items() if k.startswith("param/"))
    print(f"{name}: {int(weights)} parameters, {repeats} draws came near a kink, {Activation.above_six} values beyond 6, "
          f"losses {tensors['trajectory/loss'].round(3)}, gradient norms {tensors['trajectory/gradient_norm'].round(2)}")
save(a.out, golden, {"script": "scripts/golden/make-space-fixtures.py", "torch": torch.__version__, "seed": str(a.seed)})
print(f"{len(golden)} tensors, {os.path.getsize(a.out)} bytes")
