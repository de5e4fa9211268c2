"""Models of one attention, rotary embedding or embedding each, in the forms that `onnx_runtime_models.py` compares with ONNX Runtime."""

import numpy
from onnx import helper
from onnx_drawn import RANDOM, drawn, model

B, S, H, G = 2, 5, 4, 2
std = helper.make_node


def ms(*arguments, **attributes):
    return helper.make_node(*arguments, domain="com.microsoft", **attributes)


def angles(places=32, pairs=4):
    turns = numpy.arange(places)[:, None] * (10000.0 ** (-numpy.arange(pairs) / pairs))[None]
    return {"cos": numpy.cos(turns).astype(numpy.float32), "sin": numpy.sin(turns).astype(numpy.float32)}


def flat(depth, rows=S, keys=S, groups=H):
    return {"q": drawn(B, rows, H * depth), "k": drawn(B, keys, groups * depth), "v": drawn(B, keys, groups * depth)}


def key_mask():
    mask = numpy.ones((B, S), numpy.int32)
    mask[1, 3:] = 0
    return mask


def multi_head(depth=8):
    def attention(name, inputs, outputs=("y",), constants=None, order=("q", "k", "v"), **attributes):
        return model(f"MultiHeadAttention {name}", [ms("MultiHeadAttention", order, outputs, num_heads=H, **attributes)], inputs, outputs, constants or {})

    past = {"pk": drawn(B, H, 3, depth), "pv": drawn(B, H, 3, depth)}
    bias = {"b": drawn(3 * H * depth)}
    yield attention("", flat(depth))
    yield attention("bias, other keys", flat(depth, keys=7), constants=bias, order=("q", "k", "v", "b"), scale=0.2)
    yield attention("past", flat(depth) | past, ("y", "a", "c"), bias, ("q", "k", "v", "b", "", "", "pk", "pv"), unidirectional=1)
    yield attention("mask", flat(depth) | {"mask": key_mask()}, order=("q", "k", "v", "", "mask"))
    yield attention("lengths", flat(depth) | {"mask": numpy.int32([5, 3])}, order=("q", "k", "v", "", "mask"))
    yield attention("added", flat(depth) | {"add": drawn(1, H, S, S)}, order=("q", "k", "v", "", "", "add"))
    heads = {"q": drawn(B, S, H * depth), "k": drawn(B, H, 6, depth), "v": drawn(B, H, 6, depth)}
    yield attention("keys by head", heads)


def packed(depth=8):
    constants = {"w": drawn(24, 3 * H * depth, scale=0.2), "b": drawn(3 * H * depth)}

    def attention(name, inputs, outputs=("y",), constants=constants, order=("x", "w", "b"), **attributes):
        return model(f"Attention {name}", [ms("Attention", order, outputs, num_heads=H, **attributes)], inputs, outputs, constants)

    x, rows = {"x": drawn(B, S, 24)}, numpy.ones((B, S, S), numpy.int32)
    rows[0, 2, 1] = 0
    yield attention("", x)
    yield attention("mask", x | {"mask": key_mask()}, order=("x", "w", "b", "mask"))
    yield attention("lengths", x | {"mask": numpy.int32([4, 2])}, order=("x", "w", "b", "mask"))
    yield attention("mask of rows", x | {"mask": rows}, order=("x", "w", "b", "mask"), unidirectional=1)
    yield attention("past", x | {"past": drawn(2, B, H, 3, depth)}, ("y", "present"), order=("x", "w", "b", "", "past"), unidirectional=1)
    yield attention("sizes", x, constants={"w": drawn(24, 80, scale=0.2), "b": drawn(80)}, qkv_hidden_sizes=[32, 32, 16])
    for zero in (0, 3):
        codes = {"w": RANDOM.integers(-60, 60, (24, 96)).astype(numpy.int8), "b": drawn(96), "ws": numpy.float32(0.01), "wz": numpy.int8(zero)}
        nodes = [std("DynamicQuantizeLinear", ["x"], ["xq", "xs", "xz"]),
                 ms("QAttention", ["xq", "w", "b", "xs", "ws", "", "xz", "wz"], ["y"], num_heads=H)]
        yield model(f"QAttention, zero point {zero}", nodes, x, ["y"], codes)


def grouped(depth=16):
    def attention(name, rows, past, joined=False, **attributes):
        inputs = {"q": drawn(B, rows, (H + 2 * G) * depth)} if joined else flat(depth, rows, rows, G)
        constants = {"total": numpy.array(past + rows, numpy.int32)} | angles(pairs=depth // 2)
        if past:
            inputs |= {"pk": drawn(B, G, past, depth), "pv": drawn(B, G, past, depth)}
        inputs |= {"last": numpy.int32([past + rows - 1] * B)}
        order = ["q"] + (["", ""] if joined else ["k", "v"]) + (["pk", "pv"] if past else ["", ""]) + ["last", "total"]
        node = ms("GroupQueryAttention", order + (["cos", "sin"] if attributes.get("do_rotary") else []), ["y", "a", "c"], num_heads=H, kv_num_heads=G, **attributes)
        return model(f"GroupQueryAttention {name}", [node], inputs, ["y", "a", "c"], constants)

    yield attention("", S, 0)
    yield attention("rotary", S, 0, do_rotary=1)
    yield attention("rotary, one tensor", S, 0, joined=True, do_rotary=1, rotary_interleaved=1)
    yield attention("one step", 1, 6, do_rotary=1)
    yield attention("one step, window, cap", 1, 6, do_rotary=1, local_window_size=4, softcap=3.0)
    yield attention("window, scale", S, 0, local_window_size=3, scale=0.3)


def exported(depth=16):
    """Lengths and positions as exporters make them of an attention mask."""
    inputs = {"mask": numpy.ones((B, S), numpy.int64)} | flat(depth, groups=G)
    constants = {"axes": numpy.int64([1]), "axis": numpy.int64(1), "one": numpy.int64([1]), "zero": numpy.int64([0])} | angles(pairs=depth // 2)
    lengths = [
        std("ReduceSum", ["mask", "axes"], ["count"], keepdims=0), std("Sub", ["count", "one"], ["less"]), std("Cast", ["less"], ["last"], to=6),
        std("Shape", ["mask"], ["shape"]), std("Gather", ["shape", "axis"], ["long"]), std("Cast", ["long"], ["total"], to=6),
        ms("GroupQueryAttention", ["q", "k", "v", "", "", "last", "total", "cos", "sin"], ["y", "a", "c"], num_heads=H, kv_num_heads=G, do_rotary=1),
    ]
    yield model("lengths of a mask", lengths, inputs, ["y"], constants)
    positions = [
        std("CumSum", ["mask", "axis"], ["sum"]), std("Sub", ["sum", "one"], ["place"]), std("Equal", ["mask", "zero"], ["pad"]),
        std("Where", ["pad", "one", "place"], ["at"]), ms("RotaryEmbedding", ["q", "at", "cos", "sin"], ["y"], num_heads=H),
    ]
    mask = numpy.ones((B, S), numpy.int64)
    mask[1, :2] = 0
    yield model("positions of a mask", positions, {"mask": mask, "q": inputs["q"]}, ["y"], constants)


def rotary(depth=8):
    places = numpy.int64([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]])
    for form in (0, 1):
        node = ms("RotaryEmbedding", ["x", "p", "cos", "sin"], ["y"], interleaved=form)
        yield model(f"RotaryEmbedding {form}", [node], {"x": drawn(B, S, H * depth), "p": places}, ["y"], angles())
        yield model(f"RotaryEmbedding {form}, one start", [node], {"x": drawn(B, H, S, depth), "p": numpy.int64([3])}, ["y"], angles())
    node = ms("RotaryEmbedding", ["x", "p", "cos", "sin"], ["y"], num_heads=H, rotary_embedding_dim=4)
    yield model("RotaryEmbedding of a part", [node], {"x": drawn(B, S, H * depth), "p": places}, ["y"], angles(pairs=2))
    node = std("RotaryEmbedding", ["x", "cos", "sin", "p"], ["y"], num_heads=H)
    yield model("RotaryEmbedding of ONNX", [node], {"x": drawn(B, S, H * depth), "p": places}, ["y"], angles(), 23)


def standard(depth=8):
    def attention(name, inputs, outputs=("y",), constants=None, order=("q", "k", "v"), **attributes):
        return model(f"Attention of ONNX {name}", [std("Attention", order, outputs, **attributes)], inputs, outputs, constants or {}, 23)

    def heads(rows, keys, groups=H):
        return {"q": drawn(B, H, rows, depth), "k": drawn(B, groups, keys, depth), "v": drawn(B, groups, keys, depth)}

    past = {"pk": drawn(B, H, 3, depth), "pv": drawn(B, H, 3, depth)}
    allowed = numpy.ones((3, 7), bool)
    allowed[1, 4:] = False
    yield attention("of 3 axes", flat(depth, keys=6, groups=G), q_num_heads=H, kv_num_heads=G)
    yield attention("grouped", heads(S, 6, G))
    yield attention("causal, past", heads(S, S) | past, ("y", "a", "c"), order=("q", "k", "v", "", "pk", "pv"), is_causal=1)
    yield attention("causal, more keys", heads(3, 7), is_causal=1)
    yield attention("mask, cap", heads(3, 7) | {"mask": drawn(3, 7)}, order=("q", "k", "v", "mask"), softcap=2.0)
    yield attention("mask of truth values", heads(3, 7), constants={"mask": allowed}, order=("q", "k", "v", "mask"))


def embedded():
    tokens = {"ids": numpy.int32([[1, 2, 3], [4, 5, 6]]), "parts": numpy.int32([[0, 0, 1], [0, 1, 1]])}
    tables = {"words": drawn(20, 16), "places": drawn(8, 16), "kinds": drawn(2, 16), "g": drawn(16), "e": drawn(16)}
    order = ["ids", "parts", "words", "places", "kinds", "g", "e"]
    yield model("EmbedLayerNormalization", [ms("EmbedLayerNormalization", order, ["y", "lengths"], epsilon=1e-5)], tokens, ["y"], tables)
    nodes = [ms("EmbedLayerNormalization", order + ["mask"], ["z", "lengths"], epsilon=1e-5),
             ms("Attention", ["z", "w", "b", "lengths"], ["y"], num_heads=2)]
    mask = {"mask": numpy.int32([[1, 1, 1], [1, 1, 0]])}
    yield model("EmbedLayerNormalization, Attention", nodes, tokens | mask, ["y"], tables | {"w": drawn(16, 48, scale=0.3), "b": drawn(48)})


def attention_models():
    for make in (multi_head, packed, grouped, exported, rotary, standard, embedded):
        yield from make()
