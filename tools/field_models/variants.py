"""The files of a model: operator sets, open batch, f16, quantised; and what accelsim is to run each with."""

import dataclasses
import io
import pathlib

import numpy
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static


@dataclasses.dataclass
class Variant:
    name: str
    path: pathlib.Path
    inputs: dict
    # Arguments of `accelsim` in front of and behind the model.
    command: list
    options: list
    # Differences that count as rounding, relative to the greatest output. Where an output is dequantised one step of its scale does, too.
    tolerance: float
    # Why the file could not be made.
    failure: str = ""


class Calibration(CalibrationDataReader):
    def __init__(self, samples):
        self.samples = iter(samples)

    def get_next(self):
        return next(self.samples, None)


def spread(module):
    """Parameters under which what leaves a network depends on what enters it: torch's own let deep networks fade."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=(2.0 / parameter[0].numel()) ** 0.5)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        for name, buffer in module.named_buffers():
            if "running" in name:
                buffer.add_(torch.randn_like(buffer).abs() * 0.3)


def exported(make, draw, path, opset, dynamic=False):
    torch.manual_seed(5)
    module, inputs = make().eval(), draw()
    spread(module)
    names = [f"x{index}" for index in range(len(inputs))]
    if not path.exists():
        axes = {name: {0: "batch"} for name in names} if dynamic else None
        torch.onnx.export(module, inputs, str(path), opset_version=opset, input_names=names, dynamic_axes=axes)
    return {name: value.numpy() for name, value in zip(names, inputs)}


def samples(draw, names):
    return [{name: value.numpy() for name, value in zip(names, draw())} for _ in range(4)]


def halved(source, target):
    """The weights stored as f16, cast where they are used: what converters to f16 leave of a model with f32 inputs."""
    model = onnx.load(source)
    for tensor in list(model.graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        values = onnx.numpy_helper.to_array(tensor).astype(numpy.float16)
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(onnx.numpy_helper.from_array(values, tensor.name + ".f16"))
        model.graph.node.insert(0, onnx.helper.make_node("Cast", [tensor.name + ".f16"], [tensor.name], to=onnx.TensorProto.FLOAT))
    onnx.save(model, target)


def static(source, target, draw, names, form, **options):
    quantize_static(str(source), str(target), Calibration(samples(draw, names)), quant_format=form, **options)


def dynamic(source, target, **options):
    # Weights of an LSTM become int8 whatever is asked for. Sums of pairs of uint8 and 8 bits of int8 saturate on processors without VNNI.
    is_narrow = options["weight_type"] == QuantType.QInt8 or any(node.op_type == "LSTM" for node in onnx.load(source).graph.node)
    quantize_dynamic(str(source), str(target), reduce_range=is_narrow, **options)


QUANTISED = [
    ("QDQ u8/s8 per channel", "qdq", lambda s, t, d, n: static(
        s, t, d, n, QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)),
    ("QDQ s8/s8", "qdq8", lambda s, t, d, n: static(
        s, t, d, n, QuantFormat.QDQ, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8, extra_options={"ActivationSymmetric": True})),
    ("QOperator u8/u8", "qop", lambda s, t, d, n: static(
        s, t, d, n, QuantFormat.QOperator, activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8)),
    ("dynamic u8", "dyn", lambda s, t, d, n: dynamic(s, t, weight_type=QuantType.QUInt8)),
    ("dynamic s8 per channel", "dyn8", lambda s, t, d, n: dynamic(s, t, weight_type=QuantType.QInt8, per_channel=True)),
]
MACHINES = ["mac-int8", "lut-tc", "mixpe", "olive"]


def variants(name, make, draw, folder, opsets):
    folder.mkdir(parents=True, exist_ok=True)
    stem = "".join(letter if letter.isalnum() else "_" for letter in name)
    golden, machine = ["golden"], ["run", "--arch", "mac-fp16", "--check"]
    for opset in opsets:
        path = folder / f"{stem}.{opset}.onnx"
        try:
            inputs = exported(make, draw, path, opset)
        except Exception as error:
            yield Variant(f"opset {opset}", path, {}, golden, [], 0, failure=str(error).splitlines()[0])
            continue
        yield Variant(f"opset {opset}", path, inputs, golden, [], 1e-4)
    path = folder / f"{stem}.{opsets[-1]}.onnx"
    if not path.exists():
        return
    last = inputs
    yield Variant("f16 on mac-fp16", path, last, machine, ["--weights", "f16", "--activations", "f16"], 2e-2)
    yield Variant("--convert on mac-fp16", path, last, machine + ["--convert"], [], 2e-2)
    coded = ["--weights", "int8", "--activations", "int8"]
    yield Variant("int8 at import on mac-int8", path, last, ["run", "--arch", "mac-int8", "--check"], coded, 0.1)
    half = folder / f"{stem}.half.onnx"
    halved(path, half)
    yield Variant("weights cast from f16", half, last, golden, [], 1e-4)
    open_path = folder / f"{stem}.open.onnx"
    try:
        exported(make, draw, open_path, opsets[-1], dynamic=True)
        yield Variant("open batch", open_path, last, golden, ["--bind", f"batch={len(next(iter(last.values())))}"], 1e-4)
    except Exception as error:
        yield Variant("open batch", open_path, {}, golden, [], 0, failure=str(error).splitlines()[0])
    for label, suffix, quantise in QUANTISED:
        target = folder / f"{stem}.{suffix}.onnx"
        source = folder / f"{stem}.13.onnx"
        if not source.exists():
            source = path
        try:
            if not target.exists():
                quantise(source, target, draw, list(last))
        except Exception as error:
            yield Variant(label, target, {}, golden, [], 0, failure=str(error).splitlines()[0])
            continue
        yield Variant(label, target, last, golden, [], 1e-4)
        for index, arch in enumerate(MACHINES):
            if index == 0 or suffix == "qdq":
                # OliVe's pairs lose bits.
                yield Variant(f"{label} on {arch}", target, last, ["run", "--arch", arch, "--check", "--convert"], [], 0.2 if arch == "olive" else 1e-4)
