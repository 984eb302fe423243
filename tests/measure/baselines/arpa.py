"""A Kneser-Ney model as an ARPA file, the text format that every n-gram toolkit reads."""

import math
from pathlib import Path

from karussell.measure.baselines.kneser_ney import KneserNeyModel

# What KenLM reads as no probability at all.
_NEVER = -99.0


def write_arpa(model: KneserNeyModel, path: Path) -> Path:
    """Write every n-gram with its whole probability and its backoff, to base 10."""
    names = [*model.vocabulary.words, "<unk>", "<s>"]
    sections = [["\\1-grams:", f"{_NEVER}\t</s>"]]
    grams: list[tuple[int, ...]] = [(word,) for word in range(len(names))]
    for n in range(1, model.order + 1):
        section = sections[-1]
        longer = []
        for gram in grams:
            log_probs = model.log_probs(gram[:-1])
            log_prob = _NEVER
            if gram[-1] < len(log_probs):
                log_prob = float(log_probs[gram[-1]]) / math.log(10)
            line = f"{log_prob:.7f}\t{' '.join(names[word] for word in gram)}"
            if n < model.order:
                found = model.followers(gram)
                assert found is not None
                line += f"\t{math.log10(found.backoff):.7f}"
                longer += [(*gram, word) for word in found.words.tolist()]
            section.append(line)
        grams = longer
        sections.append([f"\\{n + 1}-grams:"])
    sections[-1] = ["\\end\\", ""]
    head = ["\\data\\"]
    head += [f"ngram {n}={len(section) - 1}" for n, section in enumerate(sections[:-1], 1)]
    text = "\n\n".join("\n".join(section) for section in [head, *sections])
    path.write_text(text, encoding="utf-8")
    return path
