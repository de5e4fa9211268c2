"""Trains a small SentencePiece vocabulary and prints texts with the pieces that the Python package `sentencepiece` cuts them into
(pip install sentencepiece).

    python3 tools/piece_vectors.py > Tests/FrontendsTests/Fixtures/pieces.json
"""

import io
import json
import random

import sentencepiece
from tokenizer_vectors import TEXTS, random_text


def main():
    generator = random.Random(1)
    texts = [t for t in TEXTS + [random_text(generator) for _ in range(40)] if t]
    model = io.BytesIO()
    lines = [line for text in TEXTS + [__doc__] for line in text.splitlines() if line.strip()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 3), model_writer=model, model_type="bpe", vocab_size=460, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=True, character_coverage=0.98,
        minloglevel=2)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    kinds = []
    for number in range(len(pieces)):
        kinds.append(6 if pieces.is_byte(number) else 3 if pieces.is_control(number) else 2 if pieces.is_unknown(number) else 1)
    print(json.dumps({
        "vocabulary": [pieces.id_to_piece(n) for n in range(len(pieces))], "scores": [pieces.get_score(n) for n in range(len(pieces))],
        "types": kinds, "cases": [{"text": text, "tokens": pieces.encode(text)} for text in texts]}, separators=(",", ":")))


if __name__ == "__main__":
    main()
