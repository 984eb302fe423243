"""The English model: messages and dialogues most often, transcripts and novels for breadth."""

from karussell.training import Settings
from recipes.recipe import Recipe, Text

ENGLISH = Recipe(
    language="en",
    name="english",
    licence="CC BY-SA 4.0",
    texts={
        "casino": Text(2.5, "CaSiNo negotiation dialogues", "CC BY 4.0"),
        "chatterbot": Text(3, "ChatterBot corpus", "BSD-3-Clause"),
        "chitchat": Text(5, "Bot Framework chit-chat", "MIT"),
        "self_dialogue": Text(1.8, "Self-dialogue corpus", "BSD-3-Clause"),
        "synthetic_persona_chat": Text(5, "Synthetic-Persona-Chat", "CC BY 4.0"),
        "taskmaster": Text(4, "Taskmaster 3 and 4", "CC BY 4.0"),
        "tatoeba": Text(4, "Tatoeba, English sentences", "CC BY 2.0 FR"),
        "topical_chat": Text(1.5, "Topical-Chat", "CDLA-Sharing-1.0"),
        "ewt": Text(2.5, "Universal Dependencies English-EWT", "CC BY-SA 4.0"),
        "multidogo": Text(3, "MultiDoGO", "CDLA-Permissive-1.0"),
        "star": Text(2.5, "STAR dialogues", "MIT"),
        "nlu_queries": Text(
            2.5, "CLINC, PolyAI, NLU-Evaluation-Data, Disfl-QA", "CC BY 3.0, CC BY 4.0"
        ),
        "common_voice": Text(3, "Common Voice sentences", "CC0-1.0"),
        "sgd": Text(1.3, "Schema-guided dialogues", "CC BY-SA 4.0"),
        "goemotions": Text(2.5, "GoEmotions", "Apache-2.0"),
        "fcc_gitter": Text(3, "freeCodeCamp Gitter history", "BSD-3-Clause"),
        "ubuntu_irc": Text(0.8, "Ubuntu IRC disentanglement", "CC BY 4.0, logs public domain"),
        "duraspace_irc": Text(1, "DuraSpace IRC logs", "CC BY 4.0"),
        "qmsum_meetings": Text(1, "QMSum, AMI and ICSI meetings", "MIT, CC BY 4.0"),
        "nasa_spacelog": Text(2.5, "NASA Spacelog transcripts", "public domain"),
        "scp_tales": Text(1, "SCP tales", "CC BY-SA 3.0"),
        "syntax": Text(0.6, "Syntax podcast transcripts", "MIT"),
        "conduit": Text(1.5, "Conduit podcast transcripts", "MIT"),
        "changelog": Text(0.3, "Changelog podcast transcripts", "CC BY-SA 4.0"),
        "bitcointranscripts": Text(0.25, "Bitcoin transcripts", "MIT"),
        "gutenberg_dialogue": Text(0.35, "Project Gutenberg, dialogue", "public domain in the US"),
        "gutenberg_prose": Text(0.45, "Project Gutenberg, prose", "public domain in the US"),
        "18f_blog": Text(2, "18F blog", "CC0-1.0"),
    },
    settings=Settings(
        embedding_size=256,
        hidden_size=944,
        coupled_gates=True,
        vocabulary_size=14_000,
        rare_words=30_000,
        batch_words=2048,
        negatives=2048,
        learning_rate=1.6e-3,
        dropout=0.03,
        epochs=4.8,
    ),
    everyday=(
        "casino",
        "chitchat",
        "self_dialogue",
        "synthetic_persona_chat",
        "taskmaster",
        "tatoeba",
        "goemotions",
        "fcc_gitter",
    ),
    notes="Predicts everyday English in short messages. Reads words in lower case without "
    "punctuation, and emoji. Coarse words are withheld until they were typed once. Some of its "
    "texts are posts and chats that their publishers gave free: GoEmotions, Gitter, podcasts.",
)
