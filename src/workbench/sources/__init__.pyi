from .field_form import write_field_form as write_field_form
from .forgetting import Forgotten as Forgotten
from .forgetting import forget_accounts as forget_accounts
from .formats import describe_formats as describe_formats
from .importing import import_exports as import_exports
from .keys import find_key_file as find_key_file
from .keys import load_key as load_key
from .keys import new_key as new_key
from .keys import read_fingerprint as read_fingerprint
from .ledger import ImportLedger as ImportLedger
from .ledger import load_ledger as load_ledger
from .loading import load_corpus as load_corpus
from .processing_record import describe_processing as describe_processing
from .processing_record import write_processing as write_processing
from .pseudonyms import key_fingerprint as key_fingerprint
from .pseudonyms import pseudonym as pseudonym
from .purging import Purge as Purge
from .purging import list_raw as list_raw
from .purging import purge_sources as purge_sources
from .reading import read_export as read_export
from .redaction import redact as redact
from .rotating import rotate_key as rotate_key

__all__ = [
    "Forgotten",
    "ImportLedger",
    "Purge",
    "describe_formats",
    "describe_processing",
    "find_key_file",
    "forget_accounts",
    "import_exports",
    "key_fingerprint",
    "list_raw",
    "load_corpus",
    "load_key",
    "load_ledger",
    "new_key",
    "pseudonym",
    "purge_sources",
    "read_export",
    "read_fingerprint",
    "redact",
    "rotate_key",
    "write_field_form",
    "write_processing",
]
