from .importing import import_exports as import_exports
from .ledger import ImportLedger as ImportLedger
from .ledger import load_ledger as load_ledger
from .loading import load_corpus as load_corpus
from .pseudonyms import key_fingerprint as key_fingerprint
from .pseudonyms import load_key as load_key
from .pseudonyms import pseudonym as pseudonym
from .reading import read_4cat_telegram as read_4cat_telegram
from .reading import read_telegram_desktop as read_telegram_desktop
from .reading import read_telegram_tracker as read_telegram_tracker
from .reading import read_youtube_comments as read_youtube_comments
from .redaction import redact as redact

__all__ = [
    "ImportLedger",
    "import_exports",
    "key_fingerprint",
    "load_corpus",
    "load_key",
    "load_ledger",
    "pseudonym",
    "read_4cat_telegram",
    "read_telegram_desktop",
    "read_telegram_tracker",
    "read_youtube_comments",
    "redact",
]
