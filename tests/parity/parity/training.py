"""Losses, metrics, optimisers and schedules. Files are named as their goldens; `make()` has all."""

import math

import jax
import jax.numpy as jnp
import keras
import numpy as np
import torch

from .golden import Random, array

CLASSES = 3
SHAPES = [(5, CLASSES), (2, 1, 3, CLASSES)]
VOID = 255


def make():
    return {
        "losses": {"cases": list(keras_losses()) + list(torch_losses())},
        "metrics": {"cases": list(metrics())},
        "optimizers": optimizers(),
        "schedules": schedules(),
    }


def softmax(x):
    return jax.nn.softmax(jnp.asarray(x), axis=-1)


def f32(x):
    return np.asarray(x, "f4").astype("f8")


def one_hot(classes):
    return np.eye(CLASSES)[np.asarray(classes, int) % CLASSES]


# Losses


def loss_case(framework, loss, args, form, output, labels, weights, value, gradient):
    return {
        "framework": framework,
        "loss": loss,
        "arguments": args,
        "form": form,
        "output": array(output),
        "labels": labels,
        "weights": None if weights is None else array(weights),
        "value": float(value),
        "gradient": array(gradient),
    }


def sparse(classes):
    classes = np.asarray(classes)
    return {"shape": list(classes.shape), "classes": classes.flatten().tolist()}


def keras_losses():
    """(loss, arguments, forms, kinds of labels); weights go with the first form of each."""
    categorical = ["logits", "probabilities"]
    binary = ["logits", "sigmoids"]
    reductions = [{"reduction": name} for name in ("mean_with_sample_weight", "sum")]
    regions = [{}, {"axis": [0]}, {"axis": [0, -1]}]
    table = [
        ("SparseCategoricalCrossentropy", categorical, "classes",
         [{}, {"ignore_class": 2}, {"ignore_class": VOID}, *reductions,
          {"ignore_class": 1, "reduction": "mean_with_sample_weight"}]),
        ("CategoricalCrossentropy", categorical, "one_hot",
         [{}, {"label_smoothing": 0.1}, *reductions]),
        ("CategoricalFocalCrossentropy", categorical, "one_hot",
         [{}, {"alpha": 0.6, "gamma": 1.5}, {"gamma": 0.0}, {"label_smoothing": 0.2}, *reductions]),
        ("BinaryCrossentropy", binary, "mask", [{}, {"label_smoothing": 0.1}, *reductions]),
        ("BinaryFocalCrossentropy", binary, "mask",
         [{}, {"gamma": 1.5}, {"gamma": 0.0}, {"apply_class_balancing": True, "alpha": 0.7},
          {"label_smoothing": 0.2}, *reductions]),
        ("Dice", categorical, "one_hot", regions),
        ("Dice", ["sigmoids"], "mask", regions),
        ("Tversky", categorical, "one_hot", [*regions, {"alpha": 0.3, "beta": 0.7}]),
        ("Tversky", ["sigmoids"], "mask", [{}, {"alpha": 0.8, "beta": 0.4, "axis": [0]}]),
        ("MeanSquaredError", ["values"], "values", [{}, *reductions]),
        ("MeanAbsoluteError", ["values"], "values", [{}, *reductions]),
        ("Huber", ["values"], "values", [{}, {"delta": 0.4}, *reductions]),
        ("LogCosh", ["values"], "values", [{}, *reductions]),
        ("KLDivergence", ["probabilities"], "shares", [{}, *reductions]),
        ("Poisson", ["rates"], "counts", [{}, *reductions]),
    ]
    for name, forms, kind, arguments in table:
        for shape in SHAPES:
            for args in arguments:
                for form in forms:
                    for weighted in (False, True):
                        if weighted and (name in ("Dice", "Tversky") or form != forms[0]):
                            continue
                        yield keras_loss(name, args, form, kind, shape, weighted)


def keras_loss(name, args, form, kind, shape, weighted):
    random = Random(f"{name} {args} {form} {kind} {shape} {weighted}")
    output = draw_output(random, form, shape)
    classes = random.generator.integers(0, CLASSES, shape[:-1])
    if args.get("ignore_class") == VOID:
        classes.flat[::3] = VOID
    truth = draw_labels(random, kind, classes, shape)
    weights = random.uniform(shape[:-1], 0.2, 2.0) if weighted else None
    own = dict(args)
    if form in ("logits",) and name not in ("Dice", "Tversky"):
        own["from_logits"] = True
    if "axis" in own:
        own["axis"] = tuple(own["axis"])
    loss = getattr(keras.losses, name)(dtype="float64", **own)

    def value(x):
        if name in ("Dice", "Tversky") and form == "logits":
            x = softmax(x)
        result = loss(truth, x, sample_weight=weights)
        # With axes, Keras' dice is already one number: nothing is left to reduce.
        return jnp.sum(result) if result.ndim == 0 else jnp.mean(result)

    x = jnp.asarray(output)
    labels = sparse(classes) if kind == "classes" else {"dense": array(truth)}
    return loss_case("keras", name, args, form, output, labels, weights,
                     value(x), jax.grad(value)(x))


def draw_output(random, form, shape):
    x = random.uniform(shape, -3, 3)
    match form:
        case "probabilities":
            return f32(softmax(x))
        case "sigmoids":
            return f32(1 / (1 + np.exp(-x)))
        case "rates":
            return f32(np.exp(x / 2))
        case _:
            return x


def draw_labels(random, kind, classes, shape):
    match kind:
        case "classes":
            return classes
        case "one_hot":
            return one_hot(classes)
        case "mask":
            return random.generator.integers(0, 2, shape).astype("f8")
        case "shares":
            return f32(softmax(random.uniform(shape, -2, 2)))
        case "counts":
            return random.generator.integers(0, 5, shape).astype("f8")
        case _:
            return random.uniform(shape, -3, 3)


def torch_losses():
    """PyTorch's losses as this project spells them."""
    weight = [0.5, 1.0, 2.5]
    mean = {"reduction": "mean_with_sample_weight"}
    ignored = {"ignore_class": VOID}
    functions = torch.nn
    table = [
        ("SparseCategoricalCrossentropy", {}, "logits", "classes", functions.CrossEntropyLoss()),
        ("SparseCategoricalCrossentropy", {"class_weight": weight, **ignored, **mean}, "logits",
         "classes", functions.CrossEntropyLoss(weight=torch.tensor(weight, dtype=torch.float64),
                                               ignore_index=VOID)),
        ("SparseCategoricalCrossentropy", {"class_weight": weight, **ignored, "reduction": "sum"},
         "logits", "classes", functions.CrossEntropyLoss(
             weight=torch.tensor(weight, dtype=torch.float64), ignore_index=VOID, reduction="sum")),
        ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "logits", "one_hot",
         functions.CrossEntropyLoss(label_smoothing=0.1)),
        ("BinaryCrossentropy", {}, "logits", "mask", functions.BCEWithLogitsLoss()),
        ("BinaryCrossentropy", {"class_weight": [1.0, 3.0]}, "logits", "mask",
         functions.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0, dtype=torch.float64))),
        ("BinaryCrossentropy", {}, "sigmoids", "mask", functions.BCELoss()),
        ("Huber", {"delta": 0.4}, "values", "values", functions.HuberLoss(delta=0.4)),
        ("MeanSquaredError", {}, "values", "values", functions.MSELoss()),
        ("MeanAbsoluteError", {}, "values", "values", functions.L1Loss()),
        ("Poisson", {}, "rates", "counts",
         functions.PoissonNLLLoss(log_input=False, eps=1e-7)),
    ]
    for name, args, form, kind, function in table:
        for shape in SHAPES:
            random = Random(f"torch {name} {args} {form} {shape}")
            output = draw_output(random, form, shape)
            classes = random.generator.integers(0, CLASSES, shape[:-1])
            if "ignore_class" in args:
                classes.flat[::3] = VOID
            truth = draw_labels(random, kind, classes, shape)
            x = torch.tensor(output, requires_grad=True)
            value = function(x.movedim(-1, 1), torch.tensor(truth).movedim(-1, 1)
                             if kind != "classes" else torch.tensor(truth))
            value.backward()
            labels = sparse(classes) if kind == "classes" else {"dense": array(truth)}
            yield loss_case("torch", name, args, form, output, labels, None,
                            value.item(), x.grad.numpy())


# Metrics


def metrics():
    """(metric here, arguments here, Keras' metric, form, kind of labels)."""
    metric = keras.metrics
    table = [
        ("Accuracy", {}, lambda: metric.SparseCategoricalAccuracy(), "logits", "classes"),
        ("Accuracy", {}, lambda: metric.CategoricalAccuracy(), "logits", "one_hot"),
        ("TopKAccuracy", {"k": 2}, lambda: metric.SparseTopKCategoricalAccuracy(2), "logits",
         "classes"),
        ("TopKAccuracy", {"k": 2}, lambda: metric.TopKCategoricalAccuracy(2), "logits", "one_hot"),
        ("BinaryAccuracy", {}, lambda: metric.BinaryAccuracy(), "sigmoids", "mask"),
        ("BinaryAccuracy", {"threshold": 0.3}, lambda: metric.BinaryAccuracy(threshold=0.3),
         "sigmoids", "mask"),
        ("MeanIoU", {}, lambda: metric.MeanIoU(CLASSES, sparse_y_pred=False), "logits", "classes"),
        ("MeanIoU", {"ignore_class": 1},
         lambda: metric.MeanIoU(CLASSES, sparse_y_pred=False, ignore_class=1), "logits", "classes"),
        ("MeanIoU", {"ignore_class": VOID},
         lambda: metric.MeanIoU(CLASSES, sparse_y_pred=False, ignore_class=VOID), "logits",
         "classes"),
        ("MeanIoU", {}, lambda: metric.OneHotMeanIoU(CLASSES), "logits", "one_hot"),
        ("BinaryIoU", {}, lambda: metric.BinaryIoU(), "sigmoids", "mask"),
        ("BinaryIoU", {"threshold": 0.3, "target_class": True},
         lambda: metric.BinaryIoU(target_class_ids=[1], threshold=0.3), "sigmoids", "mask"),
        ("MeanSquaredError", {}, lambda: metric.MeanSquaredError(), "values", "values"),
        ("MeanAbsoluteError", {}, lambda: metric.MeanAbsoluteError(), "values", "values"),
    ]
    for name, args, build, form, kind in table:
        for shape in SHAPES:
            for weighted in (False, True):
                # The confusion matrices of Keras take weights of every value of a mask.
                if weighted and name == "BinaryIoU":
                    continue
                # Keras' accuracies flatten pixels, but not their weights.
                if weighted and len(shape) > 2 and kind in ("classes", "one_hot"):
                    continue
                random = Random(f"{name} {args} {kind} {shape} {weighted}")
                own, batches = build(), []
                for _ in range(3):
                    output = draw_output(random, form, shape)
                    classes = random.generator.integers(0, CLASSES, shape[:-1])
                    if args.get("ignore_class") == VOID:
                        classes.flat[::3] = VOID
                    truth = draw_labels(random, kind, classes, shape)
                    weights = random.uniform(shape[:-1], 0.2, 2.0) if weighted else None
                    if weighted and name == "MeanIoU":
                        weights = np.ceil(weights)  # Keras' confusion matrix counts in integers.
                    own.update_state(truth, output, sample_weight=weights)
                    batches.append({
                        "output": array(output),
                        "labels": sparse(classes) if kind == "classes" else {"dense": array(truth)},
                        "weights": None if weights is None else array(weights),
                        "value": float(own.result()),
                    })
                yield {"metric": name, "keras": type(own).__name__, "arguments": args,
                       "form": form, "batches": batches}


# Optimisers


STEPS = 10


def optimizers():
    random = Random("optimizers")
    start = [random.uniform((3, 2)), random.uniform((3,))]
    gradients = [[random.uniform((3, 2), -2, 2), random.uniform((3,), -2, 2)] for _ in range(STEPS)]
    return {
        "start": [array(x) for x in start],
        "gradients": [[array(x) for x in step] for step in gradients],
        "cases": [*keras_optimizers(start, gradients), *torch_optimizers(start, gradients)],
    }


def keras_optimizers(start, gradients):
    table = [
        *[("SGD", "Sgd", args) for args in (
            {}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.02},
            {"momentum": 0.8, "weight_decay": 0.02},
            {"momentum": 0.8, "nesterov": True, "weight_decay": 0.02},
            {"clipvalue": 0.5}, {"clipnorm": 1.5}, {"global_clipnorm": 2.0})],
        *[("Adam", "Adam", args) for args in (
            {}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, {"weight_decay": 0.1},
            {"clipvalue": 0.5}, {"clipnorm": 1.5}, {"global_clipnorm": 2.0})],
        ("AdamW", "AdamW", {}),
        ("AdamW", "AdamW", {"weight_decay": 0.1}),
        *[("RMSprop", "RmsProp", args) for args in (
            {}, {"momentum": 0.9}, {"centered": True}, {"centered": True, "momentum": 0.7},
            {"rho": 0.7, "epsilon": 1e-3, "weight_decay": 0.1}, {"global_clipnorm": 2.0})],
    ]
    for keras_name, name, args in table:
        optimizer = getattr(keras.optimizers, keras_name)(learning_rate=0.05, **args)
        variables = [keras.Variable(x, dtype="float64") for x in start]
        optimizer.build(variables)
        steps = []
        for step in gradients:
            optimizer.apply([jnp.asarray(x) for x in step], variables)
            steps.append([array(x.numpy()) for x in variables])
        yield {"framework": "keras", "optimizer": name, "learning_rate": 0.05, "arguments": args,
               "steps": steps}


def torch_optimizers(start, gradients):
    """(PyTorch's, ours, arguments here and as PyTorch calls them)."""
    rename = {"rho": "alpha", "epsilon": "eps"}
    table = [
        *[("SGD", "Sgd", args) for args in (
            {}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.02},
            {"momentum": 0.8, "nesterov": True, "weight_decay": 0.02})],
        ("Adam", "Adam", {}),
        ("Adam", "Adam", {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        ("AdamW", "Adam", {"weight_decay": 0.1}),
        *[("RMSprop", "RmsProp", args) for args in (
            {}, {"momentum": 0.9}, {"centered": True}, {"centered": True, "momentum": 0.7},
            {"rho": 0.7, "epsilon": 1e-3})],
    ]
    for torch_name, name, args in table:
        own = {rename.get(key, key): value for key, value in args.items()}
        if "beta_1" in own:
            own["betas"] = own.pop("beta_1"), own.pop("beta_2")
        tensors = [torch.tensor(x, requires_grad=True) for x in start]
        optimizer = getattr(torch.optim, torch_name)(tensors, lr=0.05, **own)
        steps = []
        for step in gradients:
            for tensor, gradient in zip(tensors, step):
                tensor.grad = torch.tensor(gradient)
            optimizer.step()
            steps.append([array(x.detach().numpy()) for x in tensors])
        yield {"framework": "torch", "optimizer": name, "learning_rate": 0.05, "arguments": args,
               "steps": steps}


# Schedules


def schedules():
    steps = [*range(31), 50, 99, 100, 101, 1000, 12345]
    schedule = keras.optimizers.schedules
    decay = {"initial_learning_rate": 0.1, "decay_steps": 8}
    table = [
        ("ExponentialDecay", {**decay, "decay_rate": 0.7, "staircase": False}),
        ("ExponentialDecay", {**decay, "decay_rate": 0.7, "staircase": True}),
        ("InverseTimeDecay", {**decay, "decay_rate": 0.7, "staircase": False}),
        ("InverseTimeDecay", {**decay, "decay_rate": 0.7, "staircase": True}),
        ("PolynomialDecay", {**decay, "end_learning_rate": 0.0001, "power": 1.0}),
        ("PolynomialDecay", {**decay, "decay_steps": 20, "end_learning_rate": 0.02, "power": 2.5}),
        ("CosineDecay", {**decay, "decay_steps": 20, "alpha": 0.0}),
        ("CosineDecay", {**decay, "decay_steps": 15, "alpha": 0.1, "warmup_target": 0.4,
                         "warmup_steps": 6}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 7,
                                 "t_mul": 2.0, "m_mul": 1.0, "alpha": 0.0}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5,
                                 "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.05}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 9,
                                 "t_mul": 1.0, "m_mul": 0.9, "alpha": 0.0}),
        ("PiecewiseConstantDecay", {"boundaries": [3, 10, 25], "values": [1.0, 0.5, 0.1, 0.02]}),
    ]
    cases = []
    for name, args in table:
        own = getattr(schedule, name)(**args)
        rates = [float(own(jnp.asarray(float(step)))) for step in steps]
        cases.append({"framework": "keras", "schedule": name, "arguments": args,
                      "steps": steps, "rates": rates})
    for args in ({"max_learning_rate": 0.3, "total_steps": 31},
                 {"max_learning_rate": 0.3, "total_steps": 20, "pct_start": 0.45,
                  "div_factor": 10.0, "final_div_factor": 100.0}):
        own = {("max_lr" if key == "max_learning_rate" else key): x for key, x in args.items()}
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, **own)
        rates = []
        for step in range(args["total_steps"]):
            rates.append(cycle.get_last_lr()[0])
            if step + 1 < args["total_steps"]:
                optimizer.step()
                cycle.step()
        args = {"pct_start": 0.3, "div_factor": 25.0, "final_div_factor": 1e4, **args}
        cases.append({"framework": "torch", "schedule": "OneCycle", "arguments": args,
                      "steps": list(range(args["total_steps"])), "rates": rates})
    assert all(math.isfinite(rate) for case in cases for rate in case["rates"])
    return {"cases": cases}
