from .blocks import Block as Block
from .blocks import Section as Section
from .blocks import render_section as render_section
from .columns import CHANGE_COLUMNS as CHANGE_COLUMNS
from .columns import COMMUNITY_COLUMNS as COMMUNITY_COLUMNS
from .columns import COVERAGE_COLUMNS as COVERAGE_COLUMNS
from .columns import LINK_PLATFORM_COLUMNS as LINK_PLATFORM_COLUMNS
from .columns import PEAK_COLUMNS as PEAK_COLUMNS
from .columns import PLATFORM_COLUMNS as PLATFORM_COLUMNS
from .columns import TOPIC_COLUMNS as TOPIC_COLUMNS
from .columns import VERDICT_COLUMNS as VERDICT_COLUMNS
from .columns import WORD_COLUMNS as WORD_COLUMNS
from .figures import render_figure as render_figure
from .html import render_html as render_html
from .numbers import render_finding as render_finding
from .numbers import render_numbers as render_numbers
from .numbers import render_recommendation as render_recommendation
from .numbers import render_summary as render_summary
from .pdf import render_pdf as render_pdf
from .tables import render_method as render_method
from .tables import render_table as render_table
from .texts import render_cover as render_cover
from .texts import render_heading as render_heading
from .texts import render_text as render_text

__all__ = [
    "CHANGE_COLUMNS",
    "COMMUNITY_COLUMNS",
    "COVERAGE_COLUMNS",
    "LINK_PLATFORM_COLUMNS",
    "PEAK_COLUMNS",
    "PLATFORM_COLUMNS",
    "TOPIC_COLUMNS",
    "VERDICT_COLUMNS",
    "WORD_COLUMNS",
    "Block",
    "Section",
    "render_cover",
    "render_figure",
    "render_finding",
    "render_heading",
    "render_html",
    "render_method",
    "render_numbers",
    "render_pdf",
    "render_recommendation",
    "render_section",
    "render_summary",
    "render_table",
    "render_text",
]
