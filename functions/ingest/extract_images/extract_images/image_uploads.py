"""Uploads images while the PDF is read: an upload takes tens of milliseconds, longer than most images are read in."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from .image_files import ImageFile

AT_ONCE = 8  # connections, and images in memory


@contextlib.contextmanager
def uploads(upload: Callable[[ImageFile], None]) -> Iterator[Callable[[ImageFile], None]]:
    """Yields a function that saves an image without waiting, unless AT_ONCE others are under way.

    A failed upload is raised by a later one or by leaving the block, which waits for all.
    """
    under_way: set[Future[None]] = set()

    def settle(until: str) -> None:
        done, waiting = wait(under_way, return_when=until)
        under_way.intersection_update(waiting)
        for uploaded in done:
            uploaded.result()

    with ThreadPoolExecutor(AT_ONCE, "upload") as threads:

        def save(file: ImageFile) -> None:
            if len(under_way) == AT_ONCE:
                settle(FIRST_COMPLETED)
            under_way.add(threads.submit(upload, file))

        yield save
        settle(ALL_COMPLETED)
