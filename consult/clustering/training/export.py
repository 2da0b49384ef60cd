"""Write a trained table of word vectors as a sentence-transformers model."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


def save(folder: Path, tokenizer: Tokenizer, weight: np.ndarray, card: dict[str, object]) -> None:
    """Save eight bits a number with a scale a row: a quarter of the size, the same neighbours."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-12).astype(np.float32) / 127
    table = np.round(weight / scale[:, None]).astype(np.int8)
    save_file({"embeddings": table, "weights": scale}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n")
    config = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n")
