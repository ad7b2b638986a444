"""Progress is told on a terminal and nowhere else."""

from learningcity.core.progress import SILENT, Progress


def test_silence_prints_nothing_and_yields_everything(capsys):
    assert list(SILENT.steps("abc", label="Letters")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_a_bar_goes_to_standard_error(capsys):
    assert list(Progress(shown=True).steps(iter("abc"), label="Letters", total=3)) == ["a", "b", "c"]

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Letters" in shown.err
    assert "3/3" in shown.err


def test_a_bar_ends_when_the_work_fails(capsys):
    try:
        with Progress(shown=True).bar(label="Work", total=2) as advance:
            advance(1)
            raise KeyError
    except KeyError:
        pass

    assert "1/2" in capsys.readouterr().err
