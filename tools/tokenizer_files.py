"""Trains small vocabularies, saves them as `tokenizer.json` files of the kinds that models have, and texts with the tokens that the
Python package `tokenizers` cuts them into (pip install tokenizers).

    python3 tools/tokenizer_files.py Tests/FrontendsTests/Fixtures/tokenizers
"""

import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tokenizer_vectors import LLAMA, TEXTS, random_text

BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
BLANK = "\u2581"
SPECIAL = ["<unk>", "<s>", "</s>", "<|user|>"]
ESCAPED = normalizers.Sequence([normalizers.Prepend(BLANK), normalizers.Replace(" ", BLANK)])
TEMPLATE = processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)])


def metaspace(scheme, split=True):
    return pre_tokenizers.Metaspace(replacement=BLANK, prepend_scheme=scheme, split=split)


def split(regex):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated"), BYTES])


# Name: normaliser, pre-tokenizer, post-processor.
BYTE_LEVEL = {
    "gpt2": (None, pre_tokenizers.ByteLevel(add_prefix_space=False), processors.ByteLevel(trim_offsets=False)),
    "roberta": (None, pre_tokenizers.ByteLevel(add_prefix_space=True), None),
    "smollm": (None, pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                             pre_tokenizers.ByteLevel(add_prefix_space=False)]), None),
    "llama3": (None, split(LLAMA), processors.Sequence([processors.ByteLevel(trim_offsets=False), TEMPLATE])),
    "qwen2": (normalizers.NFC(), split(LLAMA.replace("{1,3}", "")), None),
}
PIECES = {
    "llama2": (ESCAPED, None, TEMPLATE),
    "gemma": (normalizers.Replace(" ", BLANK), pre_tokenizers.Split(" ", "merged_with_previous"), TEMPLATE),
    "mistral": (None, metaspace("first", split=False), TEMPLATE),
    "metaspace": (None, metaspace("always"), None),
}


def lines():
    return [line for text in TEXTS + [__doc__] for line in text.splitlines() if line.strip()] * 3


def finished(tokenizer, post):
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL])
    if post is not None:
        tokenizer.post_processor = post
    return tokenizer


def byte_level(name):
    normalizer, pre, post = BYTE_LEVEL[name]
    tokenizer = Tokenizer(models.BPE(ignore_merges=name == "llama3"))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer, tokenizer.decoder = pre, decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(lines(), trainers.BpeTrainer(vocab_size=330, special_tokens=SPECIAL, initial_alphabet=alphabet))
    return finished(tokenizer, post)


def pieces(name):
    """Merges of a vocabulary that was trained; bytes are added for what it has no letters for."""
    normalizer, pre, post = PIECES[name]
    trained = Tokenizer(models.BPE())
    if normalizer is not None:
        trained.normalizer = normalizer
    trained.pre_tokenizer = pre or pre_tokenizers.Metaspace(replacement=BLANK, prepend_scheme="never")
    trained.train_from_iterator([line for line in lines() if line.isascii()], trainers.BpeTrainer(vocab_size=200))
    model = json.loads(trained.to_str())["model"]
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)] if name != "metaspace" else []
    vocabulary = {}
    for token in SPECIAL + byte_tokens + list(model["vocab"]):
        vocabulary.setdefault(token, len(vocabulary))
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, byte_fallback=bool(byte_tokens), unk_token="<unk>", fuse_unk=False))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre is not None:
        tokenizer.pre_tokenizer = pre
    return finished(tokenizer, post)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = metaspace("always")
    tokenizer.train_from_iterator(
        [line for line in lines() if line.isascii()],
        trainers.UnigramTrainer(vocab_size=160, special_tokens=SPECIAL, unk_token="<unk>"))
    return finished(tokenizer, None)


def word_pieces(name):
    """Of texts in lower case, and of texts as they are with BertProcessing behind them."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    lowers = name == "bert-uncased"
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowers)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(lines(), trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    template = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.post_processor = template if lowers else processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def save(folder, name, tokenizer):
    place = os.path.join(folder, name)
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, "tokenizer.json"), "w") as file:
        json.dump(json.loads(tokenizer.to_str()), file, separators=(",", ":"))
        file.write("\n")
    generator = random.Random(1)
    texts = TEXTS + ["a<s>b <|user|> c</s>", "<|user|>"] + [random_text(generator) for _ in range(40)]
    cases = [{"text": text, "tokens": tokenizer.encode(text).ids} for text in texts]
    with open(os.path.join(place, "cases.json"), "w") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


def main():
    for name in BYTE_LEVEL:
        save(sys.argv[1], name, byte_level(name))
    for name in PIECES:
        save(sys.argv[1], name, pieces(name))
    save(sys.argv[1], "unigram", unigram())
    for name in ("bert-uncased", "bert-cased"):
        save(sys.argv[1], name, word_pieces(name))


if __name__ == "__main__":
    main()
