# SPDX-License-Identifier: GPL-2.0-only
"""How Sphinx makes the manual: with the kernel's own extensions, and no others.

They are in build/sphinx, a link to the folder that scripts/env/sphinx has made. In a
kernel tree the kernel's own settings take the place of these.
"""

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KERNEL = f"{TOP}/build/sphinx"
sys.path.insert(0, f"{KERNEL}/Documentation/sphinx")
# Where kernel-doc directives look for their files.
os.environ["srctree"] = TOP

project = "NTB interrupt domains"
author = "the authors of ntb-irq"
language = "en"

extensions = ["kerneldoc", "kfigure", "automarkup"]
kerneldoc_bin = f"{KERNEL}/scripts/kernel-doc"
kerneldoc_srctree = TOP

primary_domain = "c"
highlight_language = "none"
# Its colours are in the style sheet.
pygments_style = "sphinx"
smartquotes_action = "q"
# What prototypes have besides C.
c_id_attributes = ["__iomem", "__rcu", "__aligned", "__counted_by"]

# Every name of this project must lead somewhere; those of the kernel need not.
nitpicky = True
nitpick_ignore_regex = [("c:.*", r"(?!.*ntb_irq).*")]

html_theme = "alabaster"
html_theme_options = {
    "description": "Interrupts that hosts ring at each other through a PCIe bridge",
    "font_size": "inherit",
    "page_width": "70em",
    "sidebar_width": "16em",
}
html_static_path = ["style"]
html_css_files = ["manual.css"]
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_copy_source = False
html_show_copyright = False
