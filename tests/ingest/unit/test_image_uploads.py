"""Images are uploaded beside each other, never too many at once, and no failure is lost."""

import threading
from collections.abc import Callable

import pytest

from extract_images.image_files import ImageFile
from extract_images.image_uploads import AT_ONCE, uploads

FILES = [ImageFile(f"{number:064x}", bytes([number]), "png", 1, 1, "embedded") for number in range(3 * AT_ONCE)]


def save_all(upload: Callable[[ImageFile], None], saved: Callable[[], object] = lambda: None) -> None:
    with uploads(upload) as save:
        for file in FILES:
            save(file)
            saved()


def test_as_many_as_allowed_are_under_way_together_and_none_is_left_when_the_block_ends() -> None:
    together = threading.Barrier(AT_ONCE)  # lets nobody on before all are there
    uploaded: list[ImageFile] = []

    def upload(file: ImageFile) -> None:
        together.wait(timeout=60)
        uploaded.append(file)

    save_all(upload)
    assert sorted(uploaded, key=lambda file: file.data) == FILES


def test_whoever_saves_waits_when_too_many_are_under_way() -> None:
    go_on, saved = threading.Event(), threading.Semaphore(0)

    def upload(_: ImageFile) -> None:
        assert go_on.wait(timeout=60)

    saving = threading.Thread(target=lambda: save_all(upload, saved.release))
    saving.start()
    for _ in range(AT_ONCE):
        assert saved.acquire(timeout=60)
    assert not saved.acquire(timeout=0.2), "one more than allowed was taken into memory"
    go_on.set()
    saving.join(timeout=60)
    assert not saving.is_alive()


@pytest.mark.parametrize("failing", [FILES[0], FILES[AT_ONCE], FILES[-1]])
def test_one_failed_upload_fails_the_whole(failing: ImageFile) -> None:
    def upload(file: ImageFile) -> None:
        if file is failing:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        save_all(upload)
