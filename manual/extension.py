"""What Sphinx is told of our pages: how it reads docstrings, and which names in them it may link."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SETTINGS: dict[str, Any] = {
    "project": "workbench",
    "author": "the authors of workbench",
    "html_title": "workbench",
    "language": "en",
    "extensions": ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "myst_parser",
                   "manual.extension"],
    "html_theme": "furo",
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "html_copy_source": False,
    # summaries of what was found are fetched, and a page that is opened as a file may fetch nothing
    "html_show_search_summary": False,
    "html_permalinks_icon": "#",
    "html_css_files": ["manual.css"],
    "templates_path": [],
    "default_role": "py:obj",
    "add_module_names": False,
    "maximum_signature_line_length": 88,
    "toc_object_entries": False,
    "autodoc_member_order": "bysource",
    "autodoc_typehints_format": "short",
    "napoleon_google_docstring": False,
    "napoleon_use_ivar": True,
    "napoleon_use_rtype": False,
    "myst_enable_extensions": ["deflist"],
    "myst_heading_anchors": 3,
    "nitpicky": False,
}
_NAME = re.compile(r"[A-Za-z_][\w.]*")
# the parameters of a signature that takes several lines: a list of definitions without terms
_SIGNATURE = re.compile(r"<dl>\s*((?:<dd>.*?</dd>\s*)+)</dl>", re.DOTALL)
_LINE = re.compile(r"<dd>(.*?)</dd>", re.DOTALL)
_LINES = '<span class="sig-lines">%s</span>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what to call."""
    app.connect("missing-reference", link_public_name)
    # after the theme has put its navigation together
    app.connect("html-page-context", mend_markup, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_public_name(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element
                     ) -> nodes.Element | None:
    """Link a name in a docstring to its page, where just one function, class or method is called that.

    Docstrings name what stands in another room without its path, such as `measure_volume` or `Study.events`.
    """
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") != "py" or not _NAME.fullmatch(target):
        return None
    found = {name for name, thing in env.domains.python_domain.objects.items()
             if thing.objtype in ("function", "class", "method", "exception", "property")
             and (name == target or name.endswith(f".{target}"))}
    if len(found) != 1:
        return None
    return env.domains.python_domain.resolve_xref(env, str(node["refdoc"]), app.builder, "obj", found.pop(),
                                                  pending_xref("", refspecific=False), shown)


def mend_markup(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """Say what screen readers miss: the level of the headings in the navigation, and signatures that are no lists."""
    for part in ("furo_navigation_tree", "body"):
        if part in context:
            text = str(context[part]).replace('role="heading">', 'role="heading" aria-level="2">')
            context[part] = _SIGNATURE.sub(lambda found: _LINES % _LINE.sub(r"<span>\1</span>", found[1]), text)
