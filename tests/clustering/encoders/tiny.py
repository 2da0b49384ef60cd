"""A small real transformer that is built here, without the hub."""

# ruff: noqa: PLC0415 - torch takes seconds to import: only the slow tests pay for it

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "street", "light", "is", "broken"]
WORDS += ["query", ":", "路", "灯", "坏", "了"]


def build(home):
    """Write it below a folder, and return where; vectors have 32 numbers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    bare = home / "bare"
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizerFast(str(bare / "vocab.txt")).save_pretrained(bare)
    sizes = {"hidden_size": 32, "intermediate_size": 32}
    layers = {"num_hidden_layers": 1, "num_attention_heads": 2}
    BertModel(BertConfig(vocab_size=len(WORDS), **sizes, **layers)).save_pretrained(bare)
    transformer = Transformer(str(bare))
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(home / "whole"))
    return home / "whole"
