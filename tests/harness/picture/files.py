# SPDX-License-Identifier: GPL-2.0-only
"""The picture of a run as files, or the reason why there is none."""

from ..errors import Failure
from . import page, perfetto
from .recorder import Recorder


class Picture:
    """Records a run of @pair and writes files to @folder.

    A run is worth it without a picture, so what goes wrong here ends the picture only.
    """

    def __init__(self, pair, folder):
        self._recorder = Recorder(pair)
        self._smp = pair.boot.smp
        self._folder = folder
        self._timeline = None
        self._reason = ""

    def _try(self, action):
        if self._reason:
            return None
        try:
            return action()
        except Failure as error:
            self._reason = str(error)
            return None

    def begin(self):
        """Before modules are inserted."""
        self._try(self._recorder.begin)

    def start_rings(self, clients):
        """Before the first ring."""
        self._try(lambda: self._recorder.start_rings(clients))

    def watch(self):
        """Now and then until the last ring."""
        self._try(self._recorder.watch)

    def finish(self):
        """After the last ring, before modules are removed."""
        self._timeline = self._try(self._recorder.finish)

    def write(self, about):
        """Write the files; return sentences on them. @about are words on the run, by name."""
        timeline = self._timeline
        if not timeline:
            return [f"no picture: {self._reason}"]
        trace, drawing = (f"{self._folder}/run.{kind}" for kind in ("json", "svg"))
        perfetto.write(trace, timeline, self._smp, about)
        page.write(drawing, timeline, about)
        lines = [f"{page.counts(timeline, about)} {page.part(timeline, about)}".strip(),
                 *(f"not shown: {note}" for note in timeline.notes), *timeline.problems,
                 f"{drawing}, and {trace} for ui.perfetto.dev"]
        return [f"picture: {line}" for line in lines]
