"""Runs a file with accelsim and with ONNX Runtime."""

import subprocess
import tempfile

import numpy
import onnx
import onnxruntime


def expected(variant):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Optimised integer kernels saturate sums of pairs on some processors.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Each thread gives states of DynamicQuantizeLSTM a scale for its part of the batch.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(variant.path), options, providers=["CPUExecutionProvider"])
    known = {info.name for info in session.get_inputs()}
    values = session.run(None, {key: value for key, value in variant.inputs.items() if key in known})
    return [info.name for info in session.get_outputs()], known, values


def computed(tool, variant, known, names, folder):
    """What accelsim writes, or its exit code and first error."""
    command = [tool, variant.command[0], str(variant.path), *variant.command[1:], *variant.options, "--outputs", folder]
    for key, value in variant.inputs.items():
        if key in known:
            numpy.save(f"{folder}/{key}.in.npy", value.astype(numpy.int32) if value.dtype.kind in "ib" else value)
            command += ["--input", f"{key}={folder}/{key}.in.npy"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("error", "Fatal", "Error"))] or done.stderr.splitlines()
        return done.returncode, " | ".join(line.replace(str(variant.path) + ": ", "")[:300] for line in errors[:4])
    return 0, [numpy.load(f"{folder}/{name}.npy") for name in names]


def verdict(tool, variant):
    if variant.failure:
        return "-", f"not made: {variant.failure[:120]}"
    try:
        names, known, theirs = expected(variant)
    except Exception as error:
        return "-", f"ONNX Runtime: {str(error).splitlines()[0][:120]}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            code, ours = computed(tool, variant, known, names, folder)
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            return "crash", str(error)[:200]
    if code:
        return {65: "refused", 1: "wrong"}.get(code, "crash"), f"{'' if code == 65 else f'exit {code}: '}{ours}"
    return judged(ours, theirs, variant.tolerance, [step(variant.path, name) for name in names])


def step(path, name):
    """The scale of an output that is dequantised; 0 for others."""
    graph = onnx.load(path).graph
    makers = {output: node for node in graph.node for output in node.output}
    node = makers.get(name)
    if node is None or node.op_type != "DequantizeLinear":
        return 0.0
    scales = {tensor.name: tensor for tensor in graph.initializer}
    return float(onnx.numpy_helper.to_array(scales[node.input[1]])) if node.input[1] in scales else 0.0


def judged(ours, theirs, tolerance, steps):
    if any(one.shape != other.shape for one, other in zip(ours, theirs)):
        return "wrong", f"shapes {[one.shape for one in ours]}, {[other.shape for other in theirs]} expected"
    worst, is_right = 0.0, True
    for one, other, step in zip(ours, theirs, steps):
        one, other = one.astype(numpy.float64), other.astype(numpy.float64)
        same = numpy.isfinite(other)
        if not numpy.array_equal(one[~same], other[~same], equal_nan=True):
            return "wrong", "numbers that are not finite differ"
        if same.any():
            difference = numpy.abs(one - other)[same].max()
            share = float(difference / max(numpy.abs(other[same]).max(), 1e-30))
            worst, is_right = max(worst, share), is_right and (share <= tolerance or difference <= 1.001 * step)
    return "right" if is_right else "wrong", f"{worst:.1e}"
