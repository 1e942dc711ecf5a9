from .formats import describe_formats as describe_formats
from .importing import import_exports as import_exports
from .ledger import ImportLedger as ImportLedger
from .ledger import load_ledger as load_ledger
from .loading import load_corpus as load_corpus
from .pseudonyms import key_fingerprint as key_fingerprint
from .pseudonyms import load_key as load_key
from .pseudonyms import pseudonym as pseudonym
from .reading import read_export as read_export
from .redaction import redact as redact

__all__ = [
    "ImportLedger",
    "describe_formats",
    "import_exports",
    "key_fingerprint",
    "load_corpus",
    "load_key",
    "load_ledger",
    "pseudonym",
    "read_export",
    "redact",
]
