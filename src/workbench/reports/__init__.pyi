from .blocks import Block as Block
from .blocks import Section as Section
from .blocks import render_section as render_section
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
from .texts import render_list as render_list
from .texts import render_text as render_text

__all__ = [
    "Block",
    "Section",
    "render_cover",
    "render_figure",
    "render_finding",
    "render_heading",
    "render_html",
    "render_list",
    "render_method",
    "render_numbers",
    "render_pdf",
    "render_recommendation",
    "render_section",
    "render_summary",
    "render_table",
    "render_text",
]
