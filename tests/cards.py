"""The source card that tests lay beside an export."""

CARD = """controller = "Lillehavn Kommune"
purpose = "viden om lokale arenaer"
legal_basis = "databeskyttelsesloven § 10"
access = "open"
collected_by = "analytiker"
collected_with = "Telegram Desktop 6.2"
collected_from = 2025-07-01
collected_to = 2025-09-30
tdm_reservation = "none found"
tdm_checked = "2025-07-01, terms"
delete_by = 2027-09-30
"""
