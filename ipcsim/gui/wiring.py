"""Who asks and who does: the signals of the views and the keys, each to its verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ipcsim.gui.session.files import ask_export, ask_keep, ask_open, ask_save, keep
from ipcsim.gui.step.slots import step_slots
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.gui.window import Window


def connect(window: Window) -> None:
    """Connect what the views ask for."""
    conductor, layout = window.conductor, window.layout_
    top, driver = layout.top, conductor.driver
    top.gallery_wanted.connect(window.open_gallery)
    top.variant_wanted.connect(conductor.choose_variant)
    top.count_changed.connect(lambda name, count: window.choice.set_value(name, str(count)))
    top.run_wanted.connect(conductor.run)
    top.stop_wanted.connect(driver.stop)
    top.pause_wanted.connect(conductor.pause)
    top.restart_wanted.connect(conductor.run)
    top.pace_wanted.connect(driver.set_pace)
    top.step_wanted.connect(conductor.set_step)
    layout.stage.process_clicked.connect(conductor.step.step_process)
    conductor.step.losing_wanted.connect(conductor.returning.play_losing)
    conductor.step.keep_wanted.connect(partial(_keep_schedule, window))
    top.findings_wanted.connect(conductor.desk.toggle)
    top.larger_wanted.connect(window.larger)
    top.theme_wanted.connect(window.switch_theme)
    top.present_wanted.connect(window.presentation.toggle)
    layout.strip.problem.connect(lambda sentence: window.say(sentence, True))
    layout.strip.results.many_wanted.connect(conductor.run_many)
    layout.tally.cancel_wanted.connect(conductor.results.many.cancel)
    layout.tally.closed.connect(layout.tally.hide)
    layout.card.pressed.connect(partial(_pressed, window))
    layout.end.again_wanted.connect(conductor.run)
    layout.end.slowly_wanted.connect(conductor.play_slowly)
    layout.end.step_wanted.connect(partial(top.pace.choose, "step"))
    layout.panels.transport.play_wanted.connect(conductor.play_slowly)
    layout.output.typed.connect(driver.send_input)
    layout.program.variant_wanted.connect(conductor.choose_variant)
    layout.program.line_clicked.connect(layout.panels.filter_line)
    layout.panels.events.line_filtered.connect(layout.program.show_filter)
    layout.findings.closed.connect(conductor.desk.toggle)
    layout.findings.fix_wanted.connect(conductor.show_fix)
    layout.findings.replay_wanted.connect(conductor.replaying.toggle)
    layout.findings.jump_wanted.connect(partial(_jump, window))
    layout.findings.play_wanted.connect(partial(_play, window))
    conductor.said.connect(window.say)
    layout.stage.positions_changed.connect(partial(_dragged, window))
    window.choice.changed.connect(partial(_chosen, window))
    window.popover.lesson_wanted.connect(conductor.choose_lesson)
    window.popover.command_wanted.connect(partial(_command, window))


def slots(window: Window) -> dict[str, Callable[[], object]]:
    """What each action of the keys' table does."""
    conductor, pace = window.conductor, window.layout_.top.pace
    return step_slots(conductor.step, conductor.returning, pace, _slots(window))


def _slots(window: Window) -> dict[str, Callable[[], object]]:
    conductor, layout = window.conductor, window.layout_
    panels, top = layout.panels, layout.top
    return {
        "run_pause": conductor.run_or_pause,
        "stop": window.escape,
        "restart": conductor.run,
        "run_many": conductor.run_many,
        "more_workers": lambda: top.counters.step(1),
        "fewer_workers": lambda: top.counters.step(-1),
        "slower": lambda: conductor.change_pace(1),
        "faster": lambda: conductor.change_pace(-1),
        "play_slowly": conductor.play_slowly,
        "play_back": lambda: conductor.play_slowly(-1),
        "next_event": lambda: panels.step(1),
        "previous_event": lambda: panels.step(-1),
        "own_next": lambda: panels.step(1, conductor.views.selected),
        "own_previous": lambda: panels.step(-1, conductor.views.selected),
        "begin": panels.to_begin,
        "end": panels.to_end,
        "next_panel": panels.next_page,
        "timeline": lambda: panels.show_page("timeline"),
        "interleaving": lambda: panels.show_page("interleaving"),
        "events": lambda: panels.show_page("events"),
        "findings": conductor.desk.toggle,
        "replay": conductor.replay_finding,
        "gallery": window.open_gallery,
        **{f"process_{n}": partial(conductor.views.select_label, n) for n in range(10)},
        "notes": partial(_notes, window),
        "losing": conductor.returning.play_losing,
        "variant": conductor.next_variant,
        "open": partial(_command, window, "open"),
        "save": partial(_command, window, "save"),
        "larger": window.larger,
        "smaller": lambda: window.larger(-1),
        "normal_size": window.normal_size,
        "theme": window.switch_theme,
        "present": window.presentation.toggle,
        "stage_alone": lambda: layout.show_panel(not layout.panel_shown),
        "blank": window.presentation.blank,
        "controls": lambda: window.focus_order.next_part(),
        "keys": window.show_keys,
        "quit": window.close,
    }


def _notes(window: Window) -> None:
    window.layout_.bring_side()
    window.layout_.program.turn()


def _command(window: Window, name: str) -> None:
    """What the gallery offers beside lessons."""
    if name in ("open", "open_recording"):
        path = ask_open(window, window.memory.folder, recordings=name == "open_recording")
        if path is not None:
            window.memory.folder = path.parent
            window.open_file(path)
    elif name == "save":
        _save(window)
    elif name == "export":
        _export(window)
    elif name == "folder":
        window.choose_folder()
    elif name == "rehearse":
        # Imported here: few need it, and the window is to be there at once.
        from ipcsim.gui.gallery.rehearse import RehearseDialog

        RehearseDialog(window, list(window.gallery.lessons), window.theme).open()
    elif name == "keys":
        window.show_keys()
    elif name == "about":
        from ipcsim.gui.about import About

        About(window, window.theme).open()


def _save(window: Window) -> None:
    driver = window.conductor.driver
    if not driver.trace.event_count:
        window.say(_("There is nothing to save yet: run something first."))
        return
    asked = ask_save(window, window.memory.folder, window.choice.file_name)
    if asked is None:
        return
    path, with_values = asked
    window.memory.folder = path.parent
    if not with_values:
        _write(window, path, _("Saved as {name}, without arguments and values."))
        return
    try:
        keep(driver, path)
    except OSError as error:
        window.say(_("It could not be saved: {error}").format(error=error), True)
    else:
        text = _("Saved as {name}; it contains arguments and values.")
        window.say(text.format(name=path.name))


def _export(window: Window) -> None:
    driver = window.conductor.driver
    if not driver.trace.event_count:
        window.say(_("There is nothing to export yet: run something first."))
        return
    path = ask_export(window, window.memory.folder, window.choice.file_name)
    if path is None:
        return
    window.memory.folder = path.parent
    _write(window, path, _("Exported as {name}."))


def _write(window: Window, path: Path, written: str) -> None:
    from ipcsim.gui.session.exporting import Export

    def done(problem: str) -> None:
        if problem:
            window.say(_("It could not be exported: {error}").format(error=problem), True)
        else:
            window.say(written.format(name=path.name))

    window.say(_("Exporting {name} …").format(name=path.name))
    Export(window, window.conductor.driver, path).start(done)


def _keep_schedule(window: Window) -> None:
    program = window.choice.program
    if program is not None:
        name = window.choice.lesson.name if window.choice.lesson is not None else program.stem
        file = ask_keep(window, Path.cwd(), name)
        if file is not None:
            window.conductor.returning.keep(file)


def _pressed(window: Window, name: str) -> None:
    """A button of the card on the stage."""
    if name == "run":
        window.conductor.run()
    elif name == "gallery":
        window.open_gallery()
    elif name == "step":
        window.layout_.top.pace.choose("step")
    elif name == "losing":
        window.conductor.returning.play_losing()
    elif name == "python":
        window.layout_.strip.choose_python()
    else:
        _command(window, name)


def _dragged(window: Window, positions: dict[str, tuple[float, float]]) -> None:
    window.memory.set_positions(window.choice.whole_name, positions)


def _chosen(window: Window) -> None:
    lesson = window.choice.lesson
    window.layout_.stage.set_positions(window.memory.positions(window.choice.whole_name))
    if lesson is not None:
        window.pick_lesson(lesson)
    else:
        window.popover.show_current(None)


def _jump(window: Window, finding: object) -> None:
    time = getattr(finding, "time", None)
    if time is not None:
        window.conductor.driver.axis.set_cursor(time)


def _play(window: Window, finding: object) -> None:
    """From a little before, so that the hall sees it come."""
    _jump(window, finding)
    window.conductor.play_slowly()
