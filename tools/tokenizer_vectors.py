"""Trains small byte-level vocabularies and prints texts with the tokens that the Python package `tokenizers` cuts them into
(pip install tokenizers). Pre-tokenizers are those of the models' tokenizer.json files.

    python3 tools/tokenizer_vectors.py > Tests/FrontendsTests/Fixtures/tokenizers.json
"""

import json
import random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

LLAMA = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
RULES = {
    "gpt-2": pre_tokenizers.ByteLevel(add_prefix_space=False),
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]),
    "llama-bpe": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA), "isolated"), BYTES]),
    "qwen2": pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA.replace("{1,3}", "")), "isolated"), BYTES]),
    "falcon": pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"[\p{P}$+<=>^~|`]+"), "isolated"), pre_tokenizers.Split(Regex(GPT2), "isolated"),
        pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated"), BYTES]),
}
TEXTS = [
    "The quick brown fox doesn't jump over 13 lazy dogs, and they'LL say: 'so what?'", "", " ", "  two  blanks  ", "a\n\n b\r\n\tc  \n",
    "naïve café – Übermaß ½ ² Ⅳ ٣٤٥ 1234567", "日本語のテキスト и русский текст", "emoji 🙂👍🏽 e\u0301 \u00a0nbsp\u2003em", "x=1;y+=2/*c*/ if(a&&b){return!c;}",
    "it's IT'S we've I'd you'll 'tis 's", "<|im_start|>user\nHello<|im_end|> done", "...!!!\n\n???  \n x", "\u3000ideographic  \u2028line", "don’t",
]


def trained(rule):
    tokenizer = Tokenizer(models.BPE(ignore_merges=rule == "llama-bpe"))
    tokenizer.pre_tokenizer = RULES[rule]
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=["<|im_start|>", "<|im_end|>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(TEXTS * 2 + [__doc__], trainer)
    return tokenizer


def random_text(generator):
    letters = "ab cd  \n\r\t'sStT12 3é½.!?{_日🙂\u00a0 re ll"
    return "".join(generator.choice(letters) for _ in range(24))


def main():
    generator = random.Random(0)
    texts = TEXTS + [random_text(generator) for _ in range(40)]
    result = {}
    for rule in RULES:
        tokenizer = trained(rule)
        description = json.loads(tokenizer.to_str())["model"]
        vocabulary = sorted(description["vocab"], key=description["vocab"].get)
        merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in description["merges"]]
        cases = [{"text": text, "tokens": tokenizer.encode(text).ids} for text in texts]
        result[rule] = {"vocabulary": vocabulary, "merges": merges, "cases": cases}
    print(json.dumps(result, ensure_ascii=True, separators=(",", ":")))


if __name__ == "__main__":
    main()
