"""What Sphinx is told of our pages: how it reads docstrings, and which names in them it may link."""

from __future__ import annotations

import re
from typing import Any
from weakref import WeakKeyDictionary

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
_NAVIGATIONS: WeakKeyDictionary[Sphinx, dict[tuple[Any, ...], str]] = WeakKeyDictionary()
_LINES = '<span class="sig-lines">%s</span>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what to call."""
    app.connect("missing-reference", link_public_name)
    # before and after the theme puts its navigation together
    app.connect("html-page-context", keep_navigation, priority=100)
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


def keep_navigation(app: Sphinx, page: str, template: str, context: dict[str, Any],
                    tree: nodes.document | None) -> None:
    """Let pages that stand in no tree take the navigation of the first such page of their folder.

    These are names and sources, five pages in six; to put the tree together for each takes half of the time.
    """
    listed = {inner for pages in app.env.toctree_includes.values() for inner in pages}
    if page in {*listed, app.config.root_doc} or "toctree" not in context:
        return
    make, kept, folder = context["toctree"], _navigation(app), page.rpartition("/")[0]

    def take(**how: Any) -> str:
        key = (folder, *sorted(how.items()))
        if key not in kept:
            kept[key] = make(**how)
        return kept[key]

    context["toctree"] = take


def _navigation(app: Sphinx) -> dict[tuple[Any, ...], str]:
    """Return the navigations of a build by folder, kept as long as the build."""
    return _NAVIGATIONS.setdefault(app, {})


def mend_markup(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """Say what screen readers miss: the level of the headings in the navigation, and signatures that are no lists."""
    for part in ("furo_navigation_tree", "body"):
        if part in context:
            text = str(context[part]).replace('role="heading">', 'role="heading" aria-level="2">')
            context[part] = _SIGNATURE.sub(lambda found: _LINES % _LINE.sub(r"<span>\1</span>", found[1]), text)
