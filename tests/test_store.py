"""What is written is whole or not there, what is kept is right or absent, and the folder stays below its limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lossproof import store
from lossproof.errors import CallerError


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", str(folder))
    return folder


def the_file(kind: str) -> Path:
    (found,) = store.folder(kind).iterdir()
    return found


@pytest.mark.parametrize("content", [b"", b"\0\xff", "\N{GREEK SMALL LETTER ALPHA}\n".encode(), b"x" * 100_000])
def test_what_is_kept_comes_back(content: bytes) -> None:
    store.keep("verdicts", "a key / of any length\n" * 9, content)
    assert store.recall("verdicts", "a key / of any length\n" * 9) == content


def test_what_was_not_kept_is_none() -> None:
    store.keep("verdicts", "key", b"content")
    assert store.recall("verdicts", "another") is None
    assert store.recall("forms", "key") is None


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "longer", "foreign"])
def test_a_damaged_file_counts_as_absent_and_is_made_anew(damage: str) -> None:
    store.keep("forms", "key", b"the content")
    path = the_file("forms")
    whole = path.read_bytes()
    flipped = bytes([whole[-1] ^ 1])
    damaged = {
        "empty": b"",
        "cut": whole[:-1],
        "flipped": whole[:-1] + flipped,
        "longer": whole + b" ",
        "foreign": b"{}" * 50,
    }
    path.write_bytes(damaged[damage])
    assert store.recall("forms", "key") is None
    store.keep("forms", "key", b"the content")
    assert store.recall("forms", "key") == b"the content"


def test_a_file_moved_to_another_key_or_kind_is_not_believed() -> None:
    store.keep("forms", "key", b"content")
    whole = the_file("forms").read_bytes()
    for kind, key in (("forms", "other"), ("verdicts", "key")):
        store.keep(kind, key, b"its own")
        (path,) = (each for each in store.folder(kind).iterdir() if each.read_bytes() != whole)
        path.write_bytes(whole)
        assert store.recall(kind, key) is None


def test_a_folder_that_cannot_be_written_keeps_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write_text("a file where the folder should be")
    store.keep("forms", "key", b"content")
    assert store.recall("forms", "key") is None
    assert store.place("generated", "key") is None
    monkeypatch.setattr(Path, "expanduser", lambda path: (_ for _ in ()).throw(RuntimeError("no home")))
    monkeypatch.delenv("LOSSPROOF_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    store.keep("forms", "key", b"content")
    assert store.recall("forms", "key") is None


def test_a_place_of_its_own_is_the_same_folder_until_it_is_forgotten() -> None:
    place = store.place("generated", "key")
    assert place is not None
    (place / "module.py").write_text("x = 1\n")
    assert store.place("generated", "key") == place
    assert store.place("generated", "other") != place
    store.forget("generated", "key")
    assert not place.exists()
    store.keep("forms", "key", b"content")
    store.forget("forms", "key")
    assert store.recall("forms", "key") is None


def test_what_was_used_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(store, "LIMIT", 4_000)
    monkeypatch.setattr(store, "SURVEY", 0)
    (cache / "verdicts").mkdir(parents=True)
    (cache / "verdicts" / "a file of somebody else").write_bytes(bytes(9_000))
    place = store.place("generated", "module")
    assert place is not None
    (place / "module.py").write_bytes(bytes(1_000))
    os.utime(place, (1, 1))
    for age, key in ((1, "used"), (2, "old"), (3, "young")):
        store.keep("verdicts", key, bytes(1_000))
        os.utime(store.folder("verdicts") / store._name("verdicts", key), (age, age))
    assert store.recall("verdicts", "used") is not None
    store.keep("verdicts", "new", bytes(1_000))
    assert not place.exists()
    store.keep("verdicts", "newest", bytes(1_000))
    assert [key for key in ("used", "old", "young", "new", "newest") if store.recall("verdicts", key)] == [
        "used",
        "new",
        "newest",
    ]
    assert (cache / "verdicts" / "a file of somebody else").exists()


def test_what_nobody_finished_is_removed_once_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SURVEY", 0)
    store.keep("forms", "key", b"content")
    young, old = (store.folder("forms") / name for name in (".1.part", ".2.part"))
    young.write_text("")
    old.write_text("")
    os.utime(old, (1, 1))
    store.keep("forms", "key", b"content")
    assert young.exists()
    assert not old.exists()


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


RACE = """
import sys
from lossproof import store

store.LIMIT, store.SURVEY = 3_000, 0
for turn in range(200):
    key = str(turn % 7)
    store.keep("forms", key, key.encode() * 500)
    assert store.recall("forms", str((turn + 3) % 7)) in (None, str((turn + 3) % 7).encode() * 500)
print("done")
"""


def test_two_processes_may_keep_recall_and_make_room_at_the_same_time() -> None:
    both = [python(RACE), python(RACE)]
    assert [process.communicate()[0] for process in both] == ["done\n", "done\n"]


KILLED = """
import os, signal, sys
from lossproof import store

stage, path = sys.argv[1:]
at_once = getattr(os, stage)

def killed(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(os, stage, killed)
store.write_whole(path, b"new" * 1_000_000)
"""


@pytest.mark.parametrize("stage", ["open", "fsync", "chmod", "replace"])
def test_a_process_killed_in_the_middle_leaves_the_old_file_whole(tmp_path: Path, stage: str) -> None:
    path = tmp_path / "fit.json"
    path.write_text("old")
    process = python(KILLED, stage, str(path))
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert path.read_text() == "old"


FULL = """
import resource, sys
from lossproof import store
from lossproof.errors import CallerError

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
try:
    store.write_whole(sys.argv[1], b"new" * 1_000)
except CallerError as error:
    print(error)
store.keep("forms", "key", b"new" * 1_000)
print(store.recall("forms", "key"))
"""


def test_a_full_disk_leaves_the_old_file_whole_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "fit.json"
    path.write_text("old")
    said = python(FULL, str(path)).communicate()[0].splitlines()
    assert said == [f"'{path}' cannot be written (File too large); what was there is as it was.", "None"]
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_a_file_is_replaced_with_the_rights_it_had_and_through_a_link(tmp_path: Path) -> None:
    path, link, fresh = (tmp_path / name for name in ("report.html", "link.html", "fresh.html"))
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    store.write_whole(link, "n\N{LATIN SMALL LETTER E WITH ACUTE}w\n")
    assert link.is_symlink()
    assert path.read_bytes() == b"n\xc3\xa9w\n"
    assert path.stat().st_mode & 0o777 == 0o640
    plain = tmp_path / "plain"
    plain.write_text("")
    store.write_whole(fresh, b"")
    assert fresh.stat().st_mode == plain.stat().st_mode


def test_what_is_no_file_is_written_as_it_stands() -> None:
    store.write_whole(os.devnull, "text")
    assert Path(os.devnull).is_char_device()
    piped = python("from lossproof import store; store.write_whole('/dev/stdout', 'text')")
    assert piped.communicate()[0] == "text"


@pytest.mark.parametrize("name", ["", "missing/file", "nul\0"])
def test_a_path_that_cannot_be_written_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(CallerError, match=r"cannot be written \(.+\); what was there is as it was"):
        store.write_whole(f"{tmp_path}/{name}", "text")


MAKER = """
import sys, time
from lossproof import store

def make():
    with open(sys.argv[1], "a") as file:
        file.write("made\\n")
    time.sleep(0.5)  # long enough for the other to ask as well
    return b"the content"

assert store.made_once("forms", "key", make) == b"the content"
"""


def test_of_two_processes_that_ask_at_the_same_time_one_makes_it(cache: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    both = [subprocess.Popen([sys.executable, "-c", MAKER, str(log)]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert log.read_text() == "made\n"


def test_where_nothing_can_be_locked_it_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSPROOF_CACHE_DIR", "/dev/null/nowhere")
    assert store.made_once("forms", "key", lambda: b"the content") == b"the content"


def test_a_digest_of_sources_follows_the_files_and_not_what_python_compiled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def digest() -> str:
        store.sources.cache_clear()
        return store.sources("room")

    monkeypatch.setattr(store, "PACKAGE", tmp_path)
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    (tmp_path / "room" / "module.py").write_text("a = 1\n")
    first = digest()
    (tmp_path / "room" / "__pycache__" / "module.pyc").write_text("compiled")
    (tmp_path / "another.py").write_text("")
    assert digest() == first
    (tmp_path / "room" / "module.py").write_text("a = 2\n")
    assert digest() != first
    store.sources.cache_clear()
