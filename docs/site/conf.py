"""How Sphinx makes the documentation's site; scripts/docs_site.py lays out its sources and calls it."""

from __future__ import annotations

project = "edtech.lti"
author = "edtech.lti contributors"
html_title = "edtech.lti"
extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinxcontrib.mermaid"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
root_doc = "index"
nitpicky = True
# Nothing is fetched while building: the pages of Ansible itself are named, not linked.
intersphinx_mapping = {}
default_role = "any"
# The guides link to headings the way that repositories' own pages do.
myst_heading_anchors = 5
myst_fence_as_directive = ["mermaid"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "index.html", "topbar_links": {}}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
highlight_language = "none"  # each block says its own
