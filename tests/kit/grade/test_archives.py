"""Archives of strangers: what could do harm is refused in a sentence, and nothing is written."""

import io
import stat
import tarfile
import zipfile

import pytest

from kit.grade import archives
from kit.grade.archives import RefusedError, files_in


def zipped(members, links=(), method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def tarred(members, links=(), mode="w:gz"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return file.getvalue()


PACKERS = [("a.zip", zipped), ("a.tar.gz", tarred)]


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_python_files_are_read_and_others_are_left(name, pack):
    content = pack({"x/ex05_conv2d.py": b"a = 1", "x/data.bin": b"0", "y.py": b""})
    assert files_in(name, content) == {"x/ex05_conv2d.py": b"a = 1", "y.py": b""}


@pytest.mark.parametrize(("name", "pack"), PACKERS)
@pytest.mark.parametrize("member", ["/etc/cron.d/x.py", "../x.py", "a/../../x.py", "C:\\x.py", "..\\x.py"])
def test_a_way_out_of_the_folder_is_refused(name, pack, member):
    with pytest.raises(RefusedError, match=r"^a[.a-z]+ is refused: .* leads out of its folder"):
        files_in(name, pack({"ex05_conv2d.py": b"", member: b""}))


def test_links_and_devices_are_refused():
    with pytest.raises(RefusedError, match="link or no file"):
        files_in("a.zip", zipped({}, links=["ex05_conv2d.py"]))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        with pytest.raises(RefusedError, match="link or no file"):
            files_in("a.tar.gz", tarred({}, links=[("ex05_conv2d.py", kind)]))


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_a_bomb_is_refused_before_it_is_unpacked(name, pack):
    with pytest.raises(RefusedError, match="MiB when unpacked"):
        files_in(name, pack({"zeros.bin": bytes(64 << 20)}))


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_a_file_may_go(monkeypatch):
    content = zipped({"ex05_conv2d.py": bytes(3 << 20)})
    lie = content.replace((3 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    with pytest.raises(RefusedError):
        files_in("a.zip", lie)


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_too_many_files_are_refused(name, pack, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    assert files_in(name, pack(dict.fromkeys("abc", b""))) == {}
    with pytest.raises(RefusedError, match="more than 3 files"):
        files_in(name, pack(dict.fromkeys("abcd", b"")))


def test_a_large_python_file_is_refused():
    with pytest.raises(RefusedError, match="larger than 1 MiB"):
        files_in("a.zip", zipped({"x.py": bytes((1 << 20) + 1)}, method=zipfile.ZIP_STORED))


@pytest.mark.parametrize("content", [b"", b"no archive", zipped({"x.py": b"a" * 1000})[:-30]])
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
def test_what_is_no_archive_is_told_in_a_sentence(name, content):
    with pytest.raises(RefusedError, match=r"a\.\w+ is damaged"):
        files_in(name, content)


def test_a_password_is_told_in_a_sentence():
    content = zipped({"x.py": b"a" * 50})
    locked = content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    locked = locked.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    with pytest.raises(RefusedError, match="it has a password"):
        files_in("a.zip", locked)
