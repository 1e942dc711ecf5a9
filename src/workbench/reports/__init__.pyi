from .about import render_about as render_about
from .alerts import render_alert as render_alert
from .blocks import Block as Block
from .blocks import Section as Section
from .blocks import render_section as render_section
from .codebook import render_codebook as render_codebook
from .codebook import render_definitions as render_definitions
from .deck import render_slide as render_slide
from .editing import render_actions as render_actions
from .editing import render_focus as render_focus
from .editing import render_follow_up as render_follow_up
from .editing import render_open_parts as render_open_parts
from .editing import render_peak_log as render_peak_log
from .editing import render_recommendations as render_recommendations
from .editing import render_unknown as render_unknown
from .editing import render_vignettes as render_vignettes
from .figures import render_figure as render_figure
from .handouts import render_activities as render_activities
from .handouts import render_answers as render_answers
from .handouts import render_page as render_page
from .handouts import render_poster as render_poster
from .handouts import render_questions as render_questions
from .html import render_html as render_html
from .method import render_glossary as render_glossary
from .method import render_methods as render_methods
from .method import render_review_log as render_review_log
from .numbers import render_finding as render_finding
from .numbers import render_numbers as render_numbers
from .pdf import render_pdf as render_pdf
from .practice import render_activity as render_activity
from .practice import render_changes as render_changes
from .practice import render_episodes as render_episodes
from .practice import render_open_questions as render_open_questions
from .practice import render_rule as render_rule
from .practice import render_words as render_words
from .sheet import render_based_numbers as render_based_numbers
from .sheet import render_harms as render_harms
from .sheet import render_help as render_help
from .summary import render_headlines as render_headlines
from .summary import render_summary as render_summary
from .summary import render_unsaid as render_unsaid
from .tables import render_method as render_method
from .tables import render_table as render_table
from .texts import render_contacts as render_contacts
from .texts import render_cover as render_cover
from .texts import render_heading as render_heading
from .texts import render_limits as render_limits
from .texts import render_list as render_list
from .texts import render_notes as render_notes
from .texts import render_text as render_text
from .watching import render_candidates as render_candidates
from .watching import render_due as render_due
from .watching import render_field_notes as render_field_notes
from .watching import render_watch_changes as render_watch_changes
from .watching import render_watch_list as render_watch_list
from .watching import render_watched as render_watched
from .website import render_digest as render_digest

__all__ = [
    "Block",
    "Section",
    "render_about",
    "render_actions",
    "render_activities",
    "render_activity",
    "render_alert",
    "render_answers",
    "render_based_numbers",
    "render_candidates",
    "render_changes",
    "render_codebook",
    "render_contacts",
    "render_cover",
    "render_definitions",
    "render_digest",
    "render_due",
    "render_episodes",
    "render_field_notes",
    "render_figure",
    "render_finding",
    "render_focus",
    "render_follow_up",
    "render_glossary",
    "render_harms",
    "render_heading",
    "render_headlines",
    "render_help",
    "render_html",
    "render_limits",
    "render_list",
    "render_method",
    "render_methods",
    "render_notes",
    "render_numbers",
    "render_open_parts",
    "render_open_questions",
    "render_page",
    "render_pdf",
    "render_peak_log",
    "render_poster",
    "render_questions",
    "render_recommendations",
    "render_review_log",
    "render_rule",
    "render_section",
    "render_slide",
    "render_summary",
    "render_table",
    "render_text",
    "render_unknown",
    "render_unsaid",
    "render_vignettes",
    "render_watch_changes",
    "render_watch_list",
    "render_watched",
    "render_words",
]
