from .corpus.describing import describe_overlap as describe_overlap
from .corpus.describing import list_cards as list_cards
from .corpus.describing import read_quarantine as read_quarantine
from .corpus.gaps import describe_gaps as describe_gaps
from .corpus.importing import import_exports as import_exports
from .corpus.keys import find_key_file as find_key_file
from .corpus.keys import load_key as load_key
from .corpus.keys import new_key as new_key
from .corpus.keys import read_fingerprint as read_fingerprint
from .corpus.ledger import ImportLedger as ImportLedger
from .corpus.ledger import load_ledger as load_ledger
from .corpus.loading import load_corpus as load_corpus
from .corpus.reading import read_export as read_export
from .keeping.forgetting import Forgotten as Forgotten
from .keeping.forgetting import forget_accounts as forget_accounts
from .keeping.processing_record import describe_processing as describe_processing
from .keeping.processing_record import write_processing as write_processing
from .keeping.purging import Purge as Purge
from .keeping.purging import list_raw as list_raw
from .keeping.purging import purge_sources as purge_sources
from .keeping.rotating import rotate_key as rotate_key
from .readers.detection import describe_formats as describe_formats
from .readers.field_form import write_field_form as write_field_form
from .redaction.pseudonyms import key_fingerprint as key_fingerprint
from .redaction.pseudonyms import pseudonym as pseudonym
from .redaction.redacting import redact as redact

__all__ = [
    "Forgotten",
    "ImportLedger",
    "Purge",
    "describe_formats",
    "describe_gaps",
    "describe_overlap",
    "describe_processing",
    "find_key_file",
    "forget_accounts",
    "import_exports",
    "key_fingerprint",
    "list_cards",
    "list_raw",
    "load_corpus",
    "load_key",
    "load_ledger",
    "new_key",
    "pseudonym",
    "purge_sources",
    "read_export",
    "read_fingerprint",
    "read_quarantine",
    "redact",
    "rotate_key",
    "write_field_form",
    "write_processing",
]
